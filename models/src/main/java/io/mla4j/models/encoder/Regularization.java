package io.mla4j.models.encoder;

/**
 * What keeps a model from learning its examples by heart. Training alone looks at these settings.
 *
 * @param dropout after each attention and feed-forward, and before the classes
 * @param embeddingDropout of the elements of token vectors
 * @param tokenDropout of whole token vectors (arXiv 1511.01432 calls it word dropout)
 * @param embeddingDeviation standard deviation of the token vectors at the start: larger ones are
 *     learnt more slowly, which helps where examples are few
 */
public record Regularization(
    double dropout, double embeddingDropout, double tokenDropout, double embeddingDeviation) {

  public Regularization {
    Bounds.probability("dropout", dropout);
    Bounds.probability("embeddingDropout", embeddingDropout);
    Bounds.probability("tokenDropout", tokenDropout);
    Bounds.positive("embeddingDeviation", embeddingDeviation);
  }

  /** A little dropout. */
  public static Regularization defaults() {
    return new Regularization(0.1, 0.1, 0, 0.05);
  }
}
