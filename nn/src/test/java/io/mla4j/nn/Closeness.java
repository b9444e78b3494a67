package io.mla4j.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Compares results with an oracle's, relative to the size of the whole result. */
public final class Closeness {

  private Closeness() {}

  /** Asserts ‖expected − actual‖ / ‖expected‖ and the same of the largest elements. */
  public static void check(String what, float[] expected, float[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what);
    double squares = 0;
    double errorSquares = 0;
    double largest = 0;
    double largestError = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs((double) expected[i] - actual[i]);
      assertTrue(Double.isFinite(error), what + ": element " + i + " is " + actual[i]);
      squares += (double) expected[i] * expected[i];
      errorSquares += error * error;
      largest = Math.max(largest, Math.abs(expected[i]));
      largestError = Math.max(largestError, error);
    }
    assertTrue(largest > 0, what + ": the oracle is all zeros");
    within(what + ", norm", Math.sqrt(errorSquares / squares), tolerance);
    within(what + ", largest element", largestError / largest, tolerance);
  }

  private static void within(String what, double error, double tolerance) {
    assertTrue(error <= tolerance, what + ": relative error " + error);
  }
}
