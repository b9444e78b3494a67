package io.mla4j.flashmla.prefill;

/**
 * What one thread does at once: some query tokens of a sequence with the heads that share a key
 * head.
 *
 * @param keyHead g
 * @param firstQuery the first query token, counted over all sequences
 * @param queryTokens how many from there
 * @param firstKey the first key of the sequence, counted over all sequences
 * @param keys of the sequence
 * @param visible keys that the first query token sees; 0 or less for none
 */
record PrefillBlock(
    int keyHead, int firstQuery, int queryTokens, int firstKey, int keys, long visible) {

  int rows(PrefillShape shape) {
    return queryTokens * shape.headsPerKey();
  }
}
