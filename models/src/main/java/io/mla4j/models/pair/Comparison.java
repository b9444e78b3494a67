package io.mla4j.models.pair;

/** What is looked at of the vectors u and v of two texts. */
public enum Comparison {
  /** Their cosine alone. */
  COSINE,
  /** Their cosine, and |u − v| and u ⊙ v (arXiv 1705.02364), as a correction to what it says. */
  FEATURES,
  /**
   * The cosine of the means of the texts' token vectors, and |u − v| and u ⊙ v as a correction to
   * what it says: a bag of words beside the encoder, for data too few to learn order from.
   */
  BAG_AND_FEATURES
}
