package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.Heads;

/** Heads with elements between them that belong to none. */
final class HeadsWithGaps {

  private static final long BEFORE = 4;

  private HeadsWithGaps() {}

  /** Random ones, with gaps after every head, token and batch entry. */
  static Heads of(Operands operands, int batch, int tokens, int heads, int width) {
    long head = width + 1L;
    long token = heads * head + 2;
    long one = tokens * token + 3;
    return new Heads(
        operands.gaussian(BEFORE + batch * one),
        BEFORE,
        batch,
        tokens,
        heads,
        width,
        one,
        token,
        head);
  }
}
