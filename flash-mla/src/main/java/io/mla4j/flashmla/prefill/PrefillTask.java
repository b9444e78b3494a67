package io.mla4j.flashmla.prefill;

import io.mla4j.flashmla.cache.TokenRows;

/** One checked call. */
public record PrefillTask(
    PrefillMetadata metadata,
    TokenRows queries,
    TokenRows keys,
    TokenRows values,
    double scale,
    PrefillResult result) {

  PrefillShape shape() {
    return metadata.shape();
  }

  /** The first query head of a block. */
  int firstHead(PrefillBlock block) {
    return block.keyHead() * shape().headsPerKey();
  }

  /** Keys that a query token of a block sees, counted from its first. */
  int visible(PrefillBlock block, int token) {
    long seen = block.visible() + (metadata.causal() ? token : 0);
    return (int) Math.clamp(seen, 0, block.keys());
  }
}
