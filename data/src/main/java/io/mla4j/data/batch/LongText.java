package io.mla4j.data.batch;

/** What to do with a document longer than the context. */
public enum LongText {
  /** Cut it into chunks; what does not fit the most chunks allowed is left out and counted. */
  CHUNK,
  /** Keep its start; what is left out is counted. */
  TRUNCATE
}
