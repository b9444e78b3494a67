package org.example.mean;

import io.mla4j.nn.family.FamilyMembers;
import java.util.Map;

/** Names the member for recipes. */
public final class MeanMembers implements FamilyMembers {

  @Override
  public Map<String, Class<?>> configs() {
    return Map.of("mean", MeanConfig.class);
  }
}
