package io.mla4j.models.encoder;

/** How the vectors of a document's tokens become one. */
public enum Pooling {
  /** Their mean over all chunks. */
  MEAN,
  /** The vector of each chunk's first token, averaged over chunks. */
  CLS,
  /** The largest value of each element, averaged over chunks (arXiv 1408.5882). */
  MAX,
  /** Their mean weighted by a learned score, averaged over chunks. */
  ATTENTION
}
