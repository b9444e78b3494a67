package io.mla4j.data.corpus;

/**
 * How a text is cut into blocks to learn from.
 *
 * @param contextTokens T, of a block
 * @param batchSize blocks a batch
 * @param batchesPerEpoch for {@link Sampling#RANDOM}; what is no batch for the other
 */
public record BlockSettings(
    int contextTokens, int batchSize, Sampling sampling, long batchesPerEpoch) {

  public BlockSettings {
    if (contextTokens < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "contextTokens and batchSize are 1 or more, not %d and %d."
              .formatted(contextTokens, batchSize));
    }
    if (sampling == Sampling.RANDOM && batchesPerEpoch < 1) {
      throw new IllegalArgumentException(
          "An epoch of random blocks has 1 batch or more, not " + batchesPerEpoch + ".");
    }
  }

  /** Every block once an epoch. */
  public static BlockSettings consecutive(int contextTokens, int batchSize) {
    return new BlockSettings(contextTokens, batchSize, Sampling.CONSECUTIVE, 0);
  }

  /** Blocks drawn for each of so many batches an epoch. */
  public static BlockSettings random(int contextTokens, int batchSize, long batchesPerEpoch) {
    return new BlockSettings(contextTokens, batchSize, Sampling.RANDOM, batchesPerEpoch);
  }
}
