package io.mla4j.nn.attention;

/** Checks of configured sizes. */
final class Sizes {

  private Sizes() {}

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is 1 or more, not " + value + ".");
    }
  }

  static void notNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is 0 or more, not " + value + ".");
    }
  }
}
