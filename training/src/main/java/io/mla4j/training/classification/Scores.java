package io.mla4j.training.classification;

/** A classifier's logits for one document, and what its softmax makes of them. */
public final class Scores {

  private final double[] logits;
  private final int predicted;

  /** Of the exponentials of all logits, each relative to the largest one. */
  private final double sum;

  /**
   * @param logits [C], one or more; kept, not copied
   */
  Scores(double[] logits) {
    this.logits = logits;
    this.predicted = largest(logits);
    double exponentials = 0;
    for (double logit : logits) {
      exponentials += Math.exp(logit - logits[predicted]);
    }
    this.sum = exponentials;
  }

  private static int largest(double[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best;
  }

  public int classes() {
    return logits.length;
  }

  public double logit(int label) {
    return logits[label];
  }

  /** The class with the largest logit, the first of several. */
  public int predicted() {
    return predicted;
  }

  /** The probability of a class, 0 to 1. */
  public double probability(int label) {
    return Math.exp(logits[label] - logits[predicted]) / sum;
  }

  /** The negative log-likelihood of a class, in nats. */
  public double surprise(int label) {
    return Math.log(sum) + logits[predicted] - logits[label];
  }
}
