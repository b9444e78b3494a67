package io.mla4j.data.batch;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.token.Tokenizer;

/** Documents, with classes if they have any, as batches. */
public interface DocumentSource extends BatchSource<TextBatch> {

  long documentsPerEpoch();

  @Override
  default long examplesPerEpoch() {
    return documentsPerEpoch();
  }

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
  @Override
  String checksum();

  /** How the documents fit the context; a streamed source has looked at the first thousand. */
  LengthReport lengths();

  /** What became of the rows that were read. */
  RowReport rows();
}
