package io.mla4j.training.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * Predictions gathered in bins of equal width by the probability of the predicted class (arXiv
 * 1706.04599).
 */
public record Calibration(List<Bin> bins) {

  /**
   * Predictions whose confidence is in one stretch.
   *
   * @param confidence their mean
   * @param accuracy the share that is right
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy) {}

  /** The mean distance of confidence and accuracy, weighted by how many predictions a bin has. */
  public double expectedError() {
    long all = bins.stream().mapToLong(Bin::count).sum();
    double sum = 0;
    for (Bin bin : bins) {
      sum += bin.count() * Math.abs(bin.confidence() - bin.accuracy());
    }
    return all == 0 ? 0 : sum / all;
  }

  /** Gathers predictions. */
  static final class Builder {

    private final double[] confidence;
    private final long[] right;
    private final long[] count;

    Builder(int bins) {
      confidence = new double[bins];
      right = new long[bins];
      count = new long[bins];
    }

    void add(double probability, boolean correct) {
      int bin = (int) Math.min(count.length - 1, Math.max(0, probability * count.length));
      confidence[bin] += probability;
      right[bin] += correct ? 1 : 0;
      count[bin]++;
    }

    Calibration build() {
      List<Bin> bins = new ArrayList<>();
      for (int i = 0; i < count.length; i++) {
        double n = Math.max(1, count[i]);
        double from = (double) i / count.length;
        double to = (double) (i + 1) / count.length;
        bins.add(new Bin(from, to, count[i], confidence[i] / n, right[i] / n));
      }
      return new Calibration(List.copyOf(bins));
    }
  }
}
