package io.mla4j.cli.bench.cases;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.peak.PeakKind;

/**
 * How much a case does, and the peak it is judged by.
 *
 * @param flops operations; an addition and a product are two
 * @param bytes read and written once each
 */
public record Load(PeakKind peak, double flops, double bytes) {

  /** A case that computes more than it moves. */
  static Load computing(PeakKind peak, double flops) {
    return new Load(peak, flops, 0);
  }

  /**
   * What the twins of latent attention compute with.
   *
   * @param format what they read
   * @param c whether it is the C twin, whose products are narrow at the levels that have those
   */
  static PeakKind peakOf(CacheFormat format, boolean c) {
    if (!c || !NativeKernels.get().levels().contains(Level.AVX512BF16)) {
      return PeakKind.FLOAT32;
    }
    return switch (format) {
      case FLOAT32 -> PeakKind.FLOAT32;
      case BF16, FP8 -> PeakKind.BF16;
      case INT8 -> PeakKind.INT8;
    };
  }

  /** A case that moves more than it computes, judged by the bandwidth of memory. */
  static Load moving(double bytes) {
    return new Load(PeakKind.READ, 0, bytes);
  }

  /** What counts: operations or bytes. */
  public double amount() {
    return peak.countsOperations() ? flops : bytes;
  }
}
