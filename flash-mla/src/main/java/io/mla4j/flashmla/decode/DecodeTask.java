package io.mla4j.flashmla.decode;

import io.mla4j.flashmla.cache.PagedCache;
import java.lang.foreign.MemorySegment;

/**
 * One checked call.
 *
 * @param positions the block table, or with sparse metadata the indices
 * @param positionsPerRow entries of {@code positions} a sequence, or with sparse metadata a query
 */
public record DecodeTask(
    MlaMetadata metadata,
    Queries queries,
    PagedCache cache,
    MemorySegment positions,
    int positionsPerRow,
    DecodeOptions options) {

  public DecodeShape shape() {
    return metadata.shape();
  }

  /** Where the first query row of a part starts, in elements. */
  long queryOffset(DecodePart part) {
    DecodeShape shape = shape();
    long token = (long) part.sequence() * shape.queryTokens() + part.firstQuery();
    long head = token * shape.heads() + (long) part.keyHead() * shape.headsPerKey();
    return head * shape.width();
  }

  /** Elements from one query token to the next. */
  long queryTokenStride() {
    return (long) shape().heads() * shape().width();
  }

  /** Which row of {@code positions} a part reads. */
  long positionsOffset(DecodePart part) {
    long row =
        metadata.isSparse()
            ? (long) part.sequence() * shape().queryTokens() + part.firstQuery()
            : part.sequence();
    return row * positionsPerRow;
  }

  long tokenBytes() {
    return (long) shape().keyHeads() * rowBytes();
  }

  /** Where the key head of a part starts in each token, in bytes. */
  long keyHeadOffset(DecodePart part) {
    return (long) part.keyHead() * rowBytes();
  }

  private int rowBytes() {
    return cache.format().rowBytes(shape().width(), shape().valueWidth());
  }

  /** Cached tokens that the first query token of a part sees. */
  long visible(DecodePart part) {
    int length = metadata.length(part.sequence());
    return causal() ? (long) length - shape().queryTokens() + part.firstQuery() + 1 : length;
  }

  boolean causal() {
    return options.causal() && !metadata.isSparse();
  }
}
