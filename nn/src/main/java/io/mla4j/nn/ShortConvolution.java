package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
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
