package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/**
 * Softmax over keys that arrive in blocks, for as many queries at once as a strip has lanes (arXiv
 * 1805.02867).
 */
public interface SoftmaxBodies {

  /**
   * Takes in one block of scores and turns them into exponentials relative to the largest score so
   * far. A lane whose scores are all −∞ so far gets zeros.
   *
   * @param scores [keys, lanes], overwritten with {@code exp(score − maximum)}
   * @param state three rows of lanes: the maximum so far, the sum of exponentials so far, and (out)
   *     the factor by which earlier exponentials shrink
   * @return whether any lane's factor differs from 1
   */
  boolean take(MemorySegment scores, long from, int keys, MemorySegment state, long stateFrom);

  /** {@code x[r, l] *= factors[l]} for rows of lanes packed one after another. */
  void scaleLanes(MemorySegment x, long from, int rows, MemorySegment factors, long factorsFrom);
}
