package io.mla4j.models.classifier;

/** What values of settings are refused, and the sentences that say so. */
final class Bounds {

  private Bounds() {}

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " is above 0 and finite, not " + value + ".");
    }
  }

  static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is at least 0 and less than 1, not " + value + ".");
    }
  }
}
