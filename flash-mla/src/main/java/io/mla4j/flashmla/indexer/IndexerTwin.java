package io.mla4j.flashmla.indexer;

import io.mla4j.flashmla.cache.CacheFormat;
import java.lang.foreign.MemorySegment;

/** The part of the indexer's scores that one thread does. */
public sealed interface IndexerTwin permits JavaIndexer, NativeIndexer {

  /** What runs. */
  String description();

  /** Whether it reads keys of this format. */
  boolean supports(CacheFormat format);

  /**
   * Writes the scores of the keys that each token of a part sees; of the others, nothing.
   *
   * @param scores float32, rows of {@link IndexerMetadata#longest()} elements
   * @param firstRow which query token, counted over all sequences, the first row is of
   */
  void run(IndexerTask task, IndexerPart part, MemorySegment scores, long firstRow);
}
