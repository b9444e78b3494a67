package io.mla4j.nn.attention;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.rotary.YarnScaling;
import io.mla4j.tensor.DType;
import java.util.Optional;

/** Which member of the family, and its sizes. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DenseConfig.class, name = "dense"),
  @JsonSubTypes.Type(value = MlaConfig.class, name = "mla")
})
public sealed interface AttentionConfig permits DenseConfig, MlaConfig {

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

  /** Makes the layer for a rotation that is not scaled. */
  default Attention create(Initializer initializer, int width, double outputGain) {
    return create(initializer, width, Optional.empty(), outputGain);
  }

  /**
   * Makes the layer.
   *
   * @param width E, of what comes in and goes out
   * @param yarn how its rotation is scaled: some members scale their scores with it
   * @param outputGain of the output projection, see {@link io.mla4j.nn.Linear}
   */
  default Attention create(
      Initializer initializer, int width, Optional<YarnScaling> yarn, double outputGain) {
    return switch (this) {
      case DenseConfig dense -> new Dense(initializer, width, dense, outputGain);
      case MlaConfig mla -> new Mla(initializer, width, mla, yarn, outputGain);
    };
  }

  /** A sentence saying why this attention does not fit a model of this width, if it does not. */
  Optional<String> misfit(int width);
}
