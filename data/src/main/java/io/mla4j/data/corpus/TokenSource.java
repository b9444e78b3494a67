package io.mla4j.data.corpus;

import io.mla4j.data.batch.BatchSource;

/** Batches of tokens that know how much text they are of. */
public interface TokenSource extends BatchSource<TokenBatch> {

  /** Bytes of the text in UTF-8 whose tokens an epoch foretells. */
  long bytes();
}
