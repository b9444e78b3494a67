package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.peak.PeakKind;

/** Speeds in words. */
public final class Speed {

  private static final double GIGA = 1e9;

  private Speed() {}

  public static double giga(double perSecond) {
    return perSecond / GIGA;
  }

  /** Such as {@code 131.2 GFLOP/s} or {@code 24.1 GB/s}. */
  public static String words(double perSecond, PeakKind kind) {
    return "%.1f %s".formatted(giga(perSecond), unit(kind));
  }

  private static String unit(PeakKind kind) {
    return switch (kind) {
      case FLOAT32, BF16 -> "GFLOP/s";
      case INT8 -> "GOP/s";
      case READ -> "GB/s";
    };
  }
}
