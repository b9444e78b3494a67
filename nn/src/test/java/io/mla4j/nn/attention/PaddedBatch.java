package io.mla4j.nn.attention;

import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of unequal length in one batch, with large numbers where none of them is.
 *
 * @param x [B, T, E]
 * @param visible [B, T], true where x belongs to a sequence
 * @param sequences [1, length, E] each
 * @param starts where each begins in its row of x
 */
record PaddedBatch(Tensor x, Tensor visible, List<Tensor> sequences, List<Integer> starts) {

  /** Which end of a row is filled up. */
  enum Side {
    LEFT,
    RIGHT
  }

  static PaddedBatch of(Initializer initializer, Side side, int tokens, int width, int... lengths) {
    Engine engine = initializer.engine();
    List<Tensor> rows = new ArrayList<>();
    List<Tensor> sequences = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    boolean[] visible = new boolean[lengths.length * tokens];
    for (int i = 0; i < lengths.length; i++) {
      int start = side == Side.LEFT ? tokens - lengths[i] : 0;
      Tensor sequence = initializer.normal(1, 1, lengths[i], width);
      Tensor before = initializer.normal(1e3, 1, start, width);
      Tensor after = initializer.normal(1e3, 1, tokens - start - lengths[i], width);
      rows.add(engine.concat(List.of(before, sequence, after), 1));
      sequences.add(sequence);
      starts.add(start);
      Arrays.fill(visible, i * tokens + start, i * tokens + start + lengths[i], true);
    }
    Tensor mask = engine.ofBooleans(visible, lengths.length, tokens);
    return new PaddedBatch(engine.concat(rows, 0), mask, sequences, starts);
  }

  /** The part of a result [B, T, E] that belongs to a sequence. */
  float[] part(Tensor result, int sequence) {
    long length = sequences.get(sequence).shape().dim(1);
    return result.narrow(0, sequence, 1).narrow(1, starts.get(sequence), length).toFloats();
  }
}
