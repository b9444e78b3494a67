package io.mla4j.training;

/** Each step's random numbers depend on the run's seed and the step alone. */
final class StepSeed {

  private StepSeed() {}

  /** The output function of SplitMix64 (Steele, Lea, Flood 2014), without its sign. */
  static long of(long seed, long step) {
    long z = seed + (step + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (z ^ (z >>> 31)) >>> 1;
  }
}
