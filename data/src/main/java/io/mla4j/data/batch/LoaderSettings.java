package io.mla4j.data.batch;

import java.util.OptionalLong;

/**
 * How batches are formed.
 *
 * @param batchSize documents in a batch; an epoch's last batch may have fewer
 * @param bucketBatches batches sorted by length together
 * @param seed of the shuffling; absent for a fixed order
 */
record LoaderSettings(int batchSize, int bucketBatches, OptionalLong seed) {

  LoaderSettings {
    if (batchSize < 1 || bucketBatches < 1) {
      throw new IllegalArgumentException(
          "The batch size and the batches of a bucket must be positive and are "
              + batchSize
              + " and "
              + bucketBatches
              + ".");
    }
  }
}
