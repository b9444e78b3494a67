package io.mla4j.flashmla.verification;

import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** Compares output rows with float64, each by itself and the direction of all together. */
final class RowComparison {

  /**
   * How far off a result may be, in absolute terms and in parts of its size.
   *
   * @param cosine the largest cosine distance of all outputs together
   */
  record Tolerance(
      double outAbsolute,
      double outRelative,
      double lseAbsolute,
      double lseRelative,
      double cosine) {

    /** FlashMLA's for bf16 (its {@code tests}). */
    static final Tolerance BF16 = new Tolerance(8e-4, 2.01 / 128, 1e-6, 8.01 / 65536, 5e-6);

    /** Sums of thousands in float32. */
    static final Tolerance FLOAT32 = new Tolerance(2e-6, 2e-5, 2e-6, 2e-5, 1e-9);

    Tolerance withLseAbsolute(double other) {
      return new Tolerance(outAbsolute, outRelative, other, lseRelative, cosine);
    }
  }

  private final Tolerance tolerance;
  private double product;
  private double ours;
  private double theirs;

  RowComparison(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * @param is element v of the row
   * @return what is wrong with the row, if something is
   */
  Optional<String> row(DecodeOracle.Row expected, IntToDoubleFunction is, double logSumExp) {
    for (int v = 0; v < expected.out().length; v++) {
      double element = is.applyAsDouble(v);
      double should = expected.out()[v];
      product += element * should;
      ours += element * element;
      theirs += should * should;
      double allowed = tolerance.outAbsolute + tolerance.outRelative * Math.abs(should);
      if (!(Math.abs(element - should) <= allowed)) {
        return Optional.of("output " + v + " is " + element + " and should be " + should);
      }
    }
    return scalar(
        "log-sum-exp",
        logSumExp,
        expected.logSumExp(),
        tolerance.lseAbsolute,
        tolerance.lseRelative);
  }

  /** A row's highest score, as close as its log-sum-exp. */
  Optional<String> highest(double is, double should) {
    return scalar("highest score", is, should, tolerance.lseAbsolute, tolerance.lseRelative);
  }

  private static Optional<String> scalar(
      String what, double is, double should, double absolute, double relative) {
    boolean close = is == should || Math.abs(is - should) <= absolute + relative * Math.abs(should);
    return close ? Optional.empty() : Optional.of(what + " is " + is + " and should be " + should);
  }

  /** Of all rows so far. */
  Optional<String> direction() {
    double sum = ours + theirs;
    double distance = sum < 1e-12 ? 0 : 1 - 2 * product / sum;
    return distance <= tolerance.cosine
        ? Optional.empty()
        : Optional.of("the cosine distance of the outputs is " + distance);
  }
}
