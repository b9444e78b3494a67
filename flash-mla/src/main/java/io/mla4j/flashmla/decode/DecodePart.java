package io.mla4j.flashmla.decode;

/**
 * What one thread does at once: the query heads of some query tokens over a run of cached tokens.
 *
 * @param sequence b
 * @param keyHead g
 * @param firstQuery t
 * @param queryTokens how many from there
 * @param from the first cached token, or the first of the listed tokens
 * @param to behind the last
 * @param partial where its result lies, in elements
 */
public record DecodePart(
    int sequence, int keyHead, int firstQuery, int queryTokens, int from, int to, long partial) {

  int rows(DecodeShape shape) {
    return queryTokens * shape.headsPerKey();
  }
}
