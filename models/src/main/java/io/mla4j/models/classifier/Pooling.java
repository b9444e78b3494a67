package io.mla4j.models.classifier;

/** How the vectors of a document's tokens become one. */
public enum Pooling {
  /** Their mean over all chunks. */
  MEAN,
  /** The vector of each chunk's first token, averaged over chunks. */
  CLS,
  /** Their mean weighted by a learned score, averaged over chunks. */
  ATTENTION
}
