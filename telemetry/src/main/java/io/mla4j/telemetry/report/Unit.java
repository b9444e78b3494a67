package io.mla4j.telemetry.report;

import java.util.Locale;

/** How a number is to be read. */
public enum Unit {
  /** A plain number. */
  NUMBER,
  /** A fraction, shown as a percentage. */
  PERCENT,
  /** A whole number of things. */
  COUNT,
  SECONDS,
  BYTES;

  String format(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    }
    String text =
        switch (this) {
          case NUMBER -> number(value);
          case PERCENT -> String.format(Locale.ROOT, "%.2f %%", 100 * value);
          case COUNT -> String.format(Locale.ROOT, "%,d", Math.round(value));
          case SECONDS -> duration(value);
          case BYTES -> bytes(value);
        };
    return text.replace('-', '−');
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    return String.format(Locale.ROOT, size >= 1000 ? "%,.0f" : size >= 10 ? "%.2f" : "%.4f", value);
  }

  private static String duration(double seconds) {
    if (Math.abs(seconds) < 0.99995) {
      return String.format(Locale.ROOT, "%.1f ms", 1000 * seconds);
    }
    if (Math.abs(seconds) < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  private static String bytes(double bytes) {
    String[] names = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int scale = 0;
    while (Math.abs(value) >= 1024 && scale < names.length - 1) {
      value /= 1024;
      scale++;
    }
    String format = scale == 0 || value == Math.rint(value) ? "%,.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, value, names[scale]);
  }
}
