package io.mla4j.cli.predict;

import io.mla4j.cli.console.Printable;

/** How a text starts, on one line for people. */
final class Excerpt {

  private Excerpt() {}

  /**
   * The start.
   *
   * @param most characters of it
   */
  static String of(String text, int most) {
    String line = Printable.of(text.strip().replaceAll("\\s+", " "));
    int length = line.codePointCount(0, line.length());
    return length <= most ? line : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
  }
}
