package io.mla4j.nn;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Which member of the norm family: a record, whose name in files {@link
 * io.mla4j.nn.family.FamilyMembers} says.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface NormConfig {

  /**
   * Makes the norm.
   *
   * @param width of what is normalized
   * @param epsilon added to the variance
   */
  Norm create(Initializer initializer, long width, double epsilon);

  /** Root-mean-square normalization. */
  record Rms() implements NormConfig {
    @Override
    public Norm create(Initializer initializer, long width, double epsilon) {
      return new RmsNorm(initializer, width, epsilon);
    }
  }

  /** Layer normalization. */
  record Layer() implements NormConfig {
    @Override
    public Norm create(Initializer initializer, long width, double epsilon) {
      return new LayerNorm(initializer, width, epsilon);
    }
  }
}
