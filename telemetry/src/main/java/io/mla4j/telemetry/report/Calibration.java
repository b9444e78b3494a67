package io.mla4j.telemetry.report;

import java.util.List;

/**
 * Whether predictions are as sure as they are right (reliability diagram, arXiv 1706.04599).
 *
 * @param expectedError expected calibration error, from 0 to 1
 */
public record Calibration(double expectedError, List<Bin> bins) {

  /**
   * The predictions whose probability lies in a range.
   *
   * @param confidence mean probability of the predicted classes
   * @param accuracy the fraction that is right
   */
  public record Bin(double lower, double upper, long count, double confidence, double accuracy) {}

  public Calibration {
    bins = List.copyOf(bins);
  }
}
