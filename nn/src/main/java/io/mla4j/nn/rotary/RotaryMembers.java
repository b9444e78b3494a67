package io.mla4j.nn.rotary;

import io.mla4j.nn.family.FamilyMembers;
import java.util.Map;

/** The ways of scaling a rotation that come with the library. */
public final class RotaryMembers implements FamilyMembers {

  @Override
  public Map<String, Class<?>> configs() {
    return Map.of(
        "yarn", YarnScaling.class, "llama3", Llama3Scaling.class, "linear", LinearScaling.class);
  }
}
