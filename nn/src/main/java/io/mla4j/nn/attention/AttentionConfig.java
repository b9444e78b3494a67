package io.mla4j.nn.attention;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.tensor.DType;
import java.util.Optional;

/**
 * Which member of the attention family, and its sizes: a record, whose name in files {@link
 * io.mla4j.nn.family.FamilyMembers} says.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public interface AttentionConfig {

  /** H. */
  int heads();

  /**
   * This configuration with every size filled in that follows from the model's width.
   *
   * @throws IllegalArgumentException with the sentence of {@link #misfit}
   */
  AttentionConfig resolved(int width);

  /**
   * Elements of a head that rotate with the position; 0 for none.
   *
   * @throws IllegalStateException if that follows from the model's width, see {@link #resolved}
   */
  int rotaryDim();

  /**
   * Values a token adds to the cache of one layer.
   *
   * @throws IllegalStateException if that follows from the model's width, see {@link #resolved}
   */
  long cacheValuesPerToken();

  default long cacheBytesPerToken(DType dtype) {
    return cacheValuesPerToken() * dtype.bytes();
  }

  /** Makes the layer for angles that each pass gives. */
  default Attention create(Initializer initializer, int width, double outputGain) {
    return create(initializer, width, Optional.empty(), outputGain);
  }

  /**
   * Makes the layer.
   *
   * @param width E, of what comes in and goes out
   * @param rotary how its heads rotate: some members scale their scores with it; empty if they do
   *     not, or if each pass gives the angles
   * @param outputGain of the output projection, see {@link io.mla4j.nn.Linear}
   */
  Attention create(
      Initializer initializer, int width, Optional<RotaryConfig> rotary, double outputGain);

  /** A sentence saying why this attention does not fit a model of this width, if it does not. */
  Optional<String> misfit(int width);
}
