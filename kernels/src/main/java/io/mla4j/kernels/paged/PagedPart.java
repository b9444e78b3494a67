package io.mla4j.kernels.paged;

/**
 * What one thread does at once: all heads of some query tokens over a run of cached tokens.
 *
 * @param sequence b
 * @param firstQuery t
 * @param queryTokens how many from there
 * @param from the first cached token
 * @param to behind the last
 * @param partial where its result lies, in elements
 */
record PagedPart(int sequence, int firstQuery, int queryTokens, int from, int to, long partial) {}
