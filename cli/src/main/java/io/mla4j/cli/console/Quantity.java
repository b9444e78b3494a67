package io.mla4j.cli.console;

import java.util.List;

/** Numbers with their units, in the words of a person. */
public final class Quantity {

  private static final List<String> BINARY = List.of("bytes", "KiB", "MiB", "GiB", "TiB");

  private Quantity() {}

  /** Such as {@code 1,234}. */
  public static String count(long count) {
    return "%,d".formatted(count);
  }

  /** A number of things, such as {@code 1 text} or {@code 2 texts}. */
  public static String count(long count, String thing) {
    return count(count) + " " + thing + (count == 1 ? "" : "s");
  }

  /** Such as {@code 640 bytes} or {@code 1.5 MiB}. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < BINARY.size() - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? "%,d %s".formatted(bytes, bytes == 1 ? "byte" : "bytes")
        : "%.1f %s".formatted(value, BINARY.get(unit));
  }

  /** A share of 1, such as {@code 98.70 %}. */
  public static String percent(double share) {
    return "%.2f %%".formatted(100 * share);
  }

  /** Such as {@code 0.42 ms}, {@code 3.1 s} or {@code 2 min 5 s}. */
  public static String seconds(double seconds) {
    if (seconds < 1) {
      return significant(1000 * seconds) + " ms";
    }
    if (seconds < 60) {
      return "%.1f s".formatted(seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  /** A speed, such as {@code 1,250 documents/s} or {@code 3.42 documents/s}. */
  public static String rate(double perSecond, String things) {
    return significant(perSecond) + " " + things + "/s";
  }

  private static String significant(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return format.formatted(value);
  }
}
