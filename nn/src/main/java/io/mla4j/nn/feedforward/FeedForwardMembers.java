package io.mla4j.nn.feedforward;

import io.mla4j.nn.family.FamilyMembers;
import java.util.Map;

/** The members of the feed-forward family that come with the library. */
public final class FeedForwardMembers implements FamilyMembers {

  @Override
  public Map<String, Class<?>> configs() {
    return Map.of(
        "gelu", GeluConfig.class, "swiglu", SwiGluConfig.class, "experts", ExpertsConfig.class);
  }
}
