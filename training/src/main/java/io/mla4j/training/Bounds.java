package io.mla4j.training;

/** What values of settings are refused, and the sentence that says so. */
final class Bounds {

  private Bounds() {}

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }
}
