package io.mla4j.nn;

import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Each token's vector from those of the few tokens around it: a convolution over time, then GELU
 * (arXiv 1408.5882 with arXiv 1606.08415).
 */
public final class ShortConvolution extends Module {

  private final int reach;
  private final Linear mix;

  /**
   * A convolution.
   *
   * @param width tokens looked at, odd
   */
  public ShortConvolution(Initializer initializer, long size, int width) {
    if (width < 1 || width % 2 == 0) {
      throw new IllegalArgumentException("A convolution's width is odd, not " + width + ".");
    }
    this.reach = width / 2;
    this.mix = child("proj", new Linear(initializer, width * size, size, true));
  }

  /**
   * Mixes neighbours.
   *
   * @param x [B, T, E]
   * @param real [B, T] BOOL, false for padding, which counts as zeros; empty if all are real
   * @return [B, T, E]
   */
  public Tensor forward(Tensor x, Optional<Tensor> real) {
    Tensor tokens = real.map(r -> x.maskedFill(r.not().unsqueeze(2), 0)).orElse(x);
    List<Tensor> shifted = new ArrayList<>();
    for (int offset = -reach; offset <= reach; offset++) {
      shifted.add(shift(tokens, offset));
    }
    return x.engine().gelu(mix.forward(x.engine().concat(shifted, 2)));
  }

  /**
   * Mixes neighbours within sequences that lie one after another.
   *
   * @param x [1, N, E]
   * @return [1, N, E]
   */
  public Tensor forward(Tensor x, PackedSequences packed) {
    long size = x.shape().dim(2);
    long tokens = packed.tokens();
    Tensor nothing = x.engine().zeros(x.dtype(), 1, size);
    Tensor rows = x.engine().concat(List.of(x.reshape(tokens, size), nothing), 0);
    Tensor index = x.engine().ofLongs(neighbours(packed), tokens * (2L * reach + 1));
    Tensor shifted = rows.indexSelect(0, index).reshape(1, tokens, (2L * reach + 1) * size);
    return x.engine().gelu(mix.forward(shifted));
  }

  /** Which token stands at each place of each token's neighbourhood; one more for none. */
  private long[] neighbours(PackedSequences packed) {
    int width = 2 * reach + 1;
    long[] index = new long[packed.tokens() * width];
    Arrays.fill(index, packed.tokens());
    for (int sequence = 0; sequence < packed.count(); sequence++) {
      int start = packed.start(sequence);
      int end = start + packed.length(sequence);
      for (int token = start; token < end; token++) {
        int from = Math.max(start, token - reach);
        int to = Math.min(end, token + reach + 1);
        for (int other = from; other < to; other++) {
          index[token * width + other - token + reach] = other;
        }
      }
    }
    return index;
  }

  /** The vectors {@code offset} tokens later, zeros where there are none. */
  private static Tensor shift(Tensor x, int offset) {
    long length = x.shape().dim(1);
    long gap = Math.min(Math.abs(offset), length);
    if (gap == 0) {
      return x;
    }
    Tensor zeros = x.engine().zeros(x.dtype(), x.shape().with(1, gap).toArray());
    return offset < 0
        ? x.engine().concat(List.of(zeros, x.narrow(1, 0, length - gap)), 1)
        : x.engine().concat(List.of(x.narrow(1, gap, length - gap), zeros), 1);
  }
}
