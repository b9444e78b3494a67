package io.mla4j.nn;

import io.mla4j.nn.family.FamilyMembers;
import java.util.Map;

/** The members of the norm family that come with the library. */
public final class NormMembers implements FamilyMembers {

  @Override
  public Map<String, Class<?>> configs() {
    return Map.of("rms", NormConfig.Rms.class, "layer", NormConfig.Layer.class);
  }
}
