package io.mla4j.flashmla.indexer;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.PagedCache;

/** One checked call. */
public record IndexerTask(
    IndexerMetadata metadata, IndexerQueries queries, PagedCache cache, BlockTable table) {

  IndexerShape shape() {
    return metadata.shape();
  }

  /** The first query token of a part, counted over all sequences. */
  long row(IndexerPart part) {
    return (long) part.sequence() * shape().queryTokens() + part.firstQuery();
  }

  long keyBytes() {
    return cache.format().rowBytes(shape().width(), shape().width());
  }

  /** Where a sequence's row of the table starts, in entries. */
  long tableOffset(int sequence) {
    return (long) sequence * table.blocksPerSequence();
  }

  /** Where a key of a sequence stands in the pool. */
  long poolToken(int sequence, int key) {
    long entry = tableOffset(sequence) + key / cache.blockTokens();
    long block = table.memory().get(JAVA_INT_UNALIGNED, entry * Integer.BYTES);
    return block * cache.blockTokens() + key % cache.blockTokens();
  }
}
