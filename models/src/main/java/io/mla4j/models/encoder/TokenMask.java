package io.mla4j.models.encoder;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.util.Optional;

/**
 * Which positions of a batch are tokens.
 *
 * @param padding [chunks, T] BOOL, true for tokens; empty if every position is one
 */
record TokenMask(Optional<Tensor> padding) {

  static TokenMask of(Engine engine, TextBatch batch) {
    boolean[] real = new boolean[batch.chunks() * batch.tokens()];
    boolean full = true;
    for (int chunk = 0; chunk < batch.chunks(); chunk++) {
      int length = batch.lengths()[chunk];
      full &= length == batch.tokens();
      java.util.Arrays.fill(real, chunk * batch.tokens(), chunk * batch.tokens() + length, true);
    }
    return new TokenMask(
        full
            ? Optional.empty()
            : Optional.of(engine.ofBooleans(real, batch.chunks(), batch.tokens())));
  }
}
