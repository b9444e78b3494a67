package io.mla4j.kernels.sampling;

/**
 * Randomness as a function of a seed and a step, so that a sequence is the same whatever it is
 * batched with (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
 *
 * @param seed of a sequence
 * @param step such as the position of the token
 */
public record SeededDraw(long seed, long step) {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /** From 0 up to and without 1. */
  public double uniform() {
    return (mix(mix(seed) + (step + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
