package io.mla4j.cli.bench;

import io.mla4j.kernels.peak.PeakKind;

/**
 * How much a case does, and the peak it is judged by.
 *
 * @param flops operations; an addition and a product are two
 * @param bytes read and written once each
 */
record Load(PeakKind peak, double flops, double bytes) {

  /** A case that computes more than it moves. */
  static Load computing(PeakKind peak, double flops) {
    return new Load(peak, flops, 0);
  }

  /** A case that moves more than it computes, judged by the bandwidth of memory. */
  static Load moving(double bytes) {
    return new Load(PeakKind.READ, 0, bytes);
  }

  /** What counts: operations or bytes. */
  double amount() {
    return peak.countsOperations() ? flops : bytes;
  }
}
