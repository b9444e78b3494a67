package io.mla4j.data.text;

import java.nio.charset.Charset;
import java.util.Optional;

/**
 * Tells text of two or four bytes a character by how it starts, where an encoding was named, or
 * taken, that writes ASCII characters as one byte.
 *
 * @param name of the encoding
 * @param sign by which it was told
 */
record LikelyEncoding(String name, String sign) {

  private static final String MARK = "it starts with that encoding's byte order mark";
  private static final String ZEROS = "zero bytes stand between its characters";

  /**
   * The encoding that some text has in place of the one it should have.
   *
   * @param start the first bytes of the text, as many as there are at hand
   * @return empty if nothing speaks against the encoding
   */
  static Optional<LikelyEncoding> otherThan(Charset encoding, byte[] start) {
    boolean oneByte = "\n".getBytes(encoding).length == 1;
    return oneByte ? marked(start).or(() -> spaced(start)) : Optional.empty();
  }

  private static Optional<LikelyEncoding> marked(byte[] start) {
    if (startsWith(start, 0xFF, 0xFE, 0, 0)) {
      return Optional.of(new LikelyEncoding("UTF-32LE", MARK));
    }
    if (startsWith(start, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(new LikelyEncoding("UTF-32BE", MARK));
    }
    if (startsWith(start, 0xFF, 0xFE)) {
      return Optional.of(new LikelyEncoding("UTF-16LE", MARK));
    }
    return startsWith(start, 0xFE, 0xFF)
        ? Optional.of(new LikelyEncoding("UTF-16BE", MARK))
        : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || Byte.toUnsignedInt(bytes[i]) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** Latin letters, digits and signs have all but one byte zero. */
  private static Optional<LikelyEncoding> spaced(byte[] start) {
    if (zeros(start, 4, 1) && zeros(start, 4, 2) && zeros(start, 4, 3) && !zeros(start, 4, 0)) {
      return Optional.of(new LikelyEncoding("UTF-32LE", ZEROS));
    }
    if (zeros(start, 4, 0) && zeros(start, 4, 1) && zeros(start, 4, 2) && !zeros(start, 4, 3)) {
      return Optional.of(new LikelyEncoding("UTF-32BE", ZEROS));
    }
    if (zeros(start, 2, 1) && !zeros(start, 2, 0)) {
      return Optional.of(new LikelyEncoding("UTF-16LE", ZEROS));
    }
    return zeros(start, 2, 0) && !zeros(start, 2, 1)
        ? Optional.of(new LikelyEncoding("UTF-16BE", ZEROS))
        : Optional.empty();
  }

  /** Whether three of four bytes at some place of each group are zero. */
  private static boolean zeros(byte[] bytes, int group, int place) {
    int groups = bytes.length / group;
    int zeros = 0;
    for (int i = 0; i < groups; i++) {
      zeros += bytes[i * group + place] == 0 ? 1 : 0;
    }
    return bytes.length >= 4 && 4 * zeros >= 3 * groups;
  }
}
