package io.mla4j.data.batch;

import java.util.Optional;

/**
 * How documents fit the context.
 *
 * @param tokens of all documents before anything was left out
 * @param longDocuments those longer than one chunk
 * @param cutDocuments those of which something was left out
 * @param cutTokens how much was left out in all
 * @param chunks of all documents
 * @param chunkTokens in those chunks, class tokens included, padding not
 */
public record LengthReport(
    long documents,
    long tokens,
    long longDocuments,
    long cutDocuments,
    long cutTokens,
    long chunks,
    long chunkTokens) {

  static final LengthReport NONE = new LengthReport(0, 0, 0, 0, 0, 0, 0);

  LengthReport plus(int documentTokens, ContextWindow window) {
    int kept = window.keptTokens(documentTokens);
    int cut = documentTokens - kept;
    int pieces = window.chunks(kept);
    long inChunks = Math.max(1L, kept + (long) pieces * window.prefixTokens());
    return new LengthReport(
        documents + 1,
        tokens + documentTokens,
        longDocuments + (documentTokens > window.chunkTokens() ? 1 : 0),
        cutDocuments + (cut > 0 ? 1 : 0),
        cutTokens + cut,
        chunks + pieces,
        chunkTokens + inChunks);
  }

  /** A sentence with the counts of what was left out; empty if nothing was. */
  public Optional<String> warning() {
    return warning(documents);
  }

  /**
   * As {@link #warning()}, saying so where the first documents alone were looked at.
   *
   * @param inAll how many documents there are
   */
  public Optional<String> warning(long inAll) {
    if (cutDocuments == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "%,d of %s%,d documents are longer than the context allows; %,d of %,d tokens (%.1f %%) are left out."
            .formatted(
                cutDocuments,
                documents < inAll ? "the first " : "",
                documents,
                cutTokens,
                tokens,
                100.0 * cutTokens / tokens));
  }
}
