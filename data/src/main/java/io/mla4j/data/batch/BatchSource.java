package io.mla4j.data.batch;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.token.Tokenizer;

/**
 * Data as batches, epoch after epoch. The batches of an epoch depend on the source, its settings,
 * its seed and the epoch's number alone, never on what was read before.
 */
public interface BatchSource extends Iterable<TextBatch> {

  /**
   * An epoch's batches.
   *
   * @param epoch from 0; in sequential order every epoch is the same
   * @param skipBatches how many of its first batches to leave out, without encoding them
   */
  BatchIterator batches(long epoch, long skipBatches);

  /** All of an epoch's batches. */
  default BatchIterator batches(long epoch) {
    return batches(epoch, 0);
  }

  /** The same number in every epoch. */
  long batchesPerEpoch();

  long documentsPerEpoch();

  /**
   * The classes.
   *
   * @throws IllegalStateException if the data has no labels and no classes were given
   */
  LabelSet labels();

  /** Examples of each class. */
  long[] labelCounts();

  /** What turns the texts into tokens. */
  Tokenizer tokenizer();

  /** How documents become chunks. */
  ContextWindow window();

  /** How batches are formed. */
  LoaderSettings settings();

  /**
   * SHA-256 of the documents in the order they are read, with their labels and the classes. With
   * tokenizer, window and settings it says what the batches are, wherever the documents lie.
   */
  String checksum();

  /** How the documents fit the context; a streamed source has looked at the first thousand. */
  LengthReport lengths();

  /** What became of the rows that were read. */
  RowReport rows();
}
