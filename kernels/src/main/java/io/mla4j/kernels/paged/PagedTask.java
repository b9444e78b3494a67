package io.mla4j.kernels.paged;

import java.lang.foreign.MemorySegment;

/**
 * One checked call.
 *
 * @param queries float32 [B, T, H, D]
 * @param table int32 [B, blocksPerSequence]
 */
record PagedTask(
    PagedPlan plan,
    MemorySegment queries,
    KeyValuePool pool,
    MemorySegment table,
    int blocksPerSequence,
    float scale) {

  PagedShape shape() {
    return plan.shape();
  }

  /** Where the queries of a part start, in elements. */
  long queryOffset(PagedPart part) {
    long token = (long) part.sequence() * shape().queryTokens() + part.firstQuery();
    return token * queryTokenStride();
  }

  /** Elements from one query token to the next. */
  long queryTokenStride() {
    return (long) shape().heads() * shape().width();
  }

  /** Where the blocks of a part's sequence start in the table. */
  long tableOffset(PagedPart part) {
    return (long) part.sequence() * blocksPerSequence;
  }

  /** Elements of a token's keys. */
  long keyToken() {
    return (long) shape().keyHeads() * shape().width();
  }

  /** Elements of a token's values. */
  long valueToken() {
    return (long) shape().keyHeads() * shape().valueWidth();
  }
}
