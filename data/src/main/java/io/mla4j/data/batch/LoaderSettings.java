package io.mla4j.data.batch;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How batches are formed.
 *
 * @param batchSize documents in a batch; an epoch's last batch may have fewer
 * @param bucketBatches batches sorted by length together
 * @param seed of the shuffling; absent for a fixed order
 * @param bufferExamples examples held to shuffle among; absent where all are in memory
 */
public record LoaderSettings(
    int batchSize, int bucketBatches, OptionalLong seed, OptionalInt bufferExamples) {

  public LoaderSettings {
    if (batchSize < 1 || bucketBatches < 1) {
      throw new IllegalArgumentException(
          "The batch size and the batches of a bucket must be positive and are "
              + batchSize
              + " and "
              + bucketBatches
              + ".");
    }
    if (bufferExamples.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "The shuffle buffer must hold at least one example and is "
              + bufferExamples.getAsInt()
              + ".");
    }
  }

  /** These settings without shuffling. */
  LoaderSettings sequential() {
    return new LoaderSettings(batchSize, bucketBatches, OptionalLong.empty(), bufferExamples);
  }
}
