package io.mla4j.flashmla.indexer;

/**
 * What one thread scores at once: some query tokens of a sequence with a run of its keys.
 *
 * @param sequence b
 * @param firstQuery t
 * @param queryTokens how many from there
 * @param from the first key
 * @param to behind the last
 */
record IndexerPart(int sequence, int firstQuery, int queryTokens, int from, int to) {}
