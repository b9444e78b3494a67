package io.mla4j.data.sets;

import io.mla4j.files.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Splits by a text's own hash: the split never changes, whatever is added or reordered, and texts
 * that differ in letter case and white space alone land on the same side.
 */
final class TextHash {

  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final int HEX_DIGITS = 8;

  private TextHash() {}

  /** Which of ten equal shares a text belongs to, 0 to 9. */
  static int tenth(String text) {
    String normal = SPACE.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    String hash = Checksum.of(normal.getBytes(StandardCharsets.UTF_8)).substring(0, HEX_DIGITS);
    return (int) (Long.parseLong(hash, 16) % 10);
  }
}
