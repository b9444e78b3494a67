package io.mla4j.nn.attention;

import io.mla4j.nn.family.FamilyMembers;
import java.util.Map;

/** The members of the attention family that come with the library. */
public final class AttentionMembers implements FamilyMembers {

  @Override
  public Map<String, Class<?>> configs() {
    return Map.of("dense", DenseConfig.class, "mla", MlaConfig.class);
  }
}
