package io.mla4j.data.batch;

/**
 * Data as batches, epoch after epoch. The batches of an epoch depend on the source, its settings,
 * its seed and the epoch's number alone, never on what was read before.
 *
 * @param <B> a batch
 */
public interface BatchSource<B extends Batch> extends Iterable<B> {

  /**
   * An epoch's batches.
   *
   * @param epoch from 0; in sequential order every epoch is the same
   * @param skipBatches how many of its first batches to leave out, without encoding them
   */
  BatchIterator<B> batches(long epoch, long skipBatches);

  /** All of an epoch's batches. */
  default BatchIterator<B> batches(long epoch) {
    return batches(epoch, 0);
  }

  /** The same number in every epoch. */
  long batchesPerEpoch();

  /** How many examples the batches of an epoch have together. */
  long examplesPerEpoch();

  /**
   * SHA-256 of the examples in the order they are read, with what is to be learnt of them. With
   * what cuts them into batches it says what the batches are, wherever the examples lie.
   */
  String checksum();
}
