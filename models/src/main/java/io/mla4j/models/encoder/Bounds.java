package io.mla4j.models.encoder;

/** What values of settings are refused, and the sentences that say so. */
public final class Bounds {

  private Bounds() {}

  public static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }

  public static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " is above 0 and finite, not " + value + ".");
    }
  }

  public static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is at least 0 and less than 1, not " + value + ".");
    }
  }
}
