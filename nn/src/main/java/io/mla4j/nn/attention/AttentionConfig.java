package io.mla4j.nn.attention;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mla4j.nn.Initializer;
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

  /** Elements of a head that rotate with the position; 0 for none. */
  int rotaryDim();

  /** Values a token adds to the cache of one layer. */
  long cacheValuesPerToken();

  default long cacheBytesPerToken(DType dtype) {
    return cacheValuesPerToken() * dtype.bytes();
  }

  /**
   * Makes the layer.
   *
   * @param width E, of what comes in and goes out
   * @param outputGain of the output projection, see {@link io.mla4j.nn.Linear}
   */
  default Attention create(Initializer initializer, int width, double outputGain) {
    return switch (this) {
      case DenseConfig dense -> new Dense(initializer, width, dense, outputGain);
      case MlaConfig mla -> new Mla(initializer, width, mla, outputGain);
    };
  }

  /** A sentence saying why this attention does not fit a model of this width, if it does not. */
  Optional<String> misfit(int width);
}
