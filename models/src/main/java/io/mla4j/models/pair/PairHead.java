package io.mla4j.models.pair;

/**
 * What a pair regressor answers, as its data say it.
 *
 * @param vocabSize tokens of the tokenizer; 0 until it is known
 * @param targetMean of the numbers to say
 * @param targetDeviation their standard deviation; 0 until it is known
 * @param comparison what is looked at of two texts' vectors
 */
public record PairHead(
    int vocabSize, double targetMean, double targetDeviation, Comparison comparison) {

  public PairHead {
    if (vocabSize < 0) {
      throw new IllegalArgumentException("vocabSize is 0 or more, not " + vocabSize + ".");
    }
    if (!Double.isFinite(targetMean) || !(targetDeviation >= 0 && targetDeviation < 1e300)) {
      throw new IllegalArgumentException(
          "targetMean is finite and targetDeviation is 0 or more, not %s and %s."
              .formatted(targetMean, targetDeviation));
    }
  }

  /** Before tokenizer and data are known. */
  static PairHead defaults() {
    return new PairHead(0, 0, 0, Comparison.FEATURES);
  }

  boolean isKnown() {
    return vocabSize > 0 && targetDeviation > 0;
  }
}
