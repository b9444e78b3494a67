package io.mla4j.data.batch;

/**
 * A document's ids, already limited to what the context window keeps.
 *
 * @param cutTokens how many it does not keep
 * @param label -1 if unknown
 */
record EncodedDocument(int[] tokens, int cutTokens, int label, int row) {}
