package io.mla4j.benchmarks;

import io.mla4j.kernels.peak.Effort;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.kernels.peak.PeakMeter;
import io.mla4j.kernels.thread.KernelThreads;
import java.util.Arrays;

/** What comparisons are told by. */
final class Figures {

  private Figures() {}

  /** The one in the middle, of an even number the upper. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** What the machine does of a kind at this moment, a second. */
  static double peak(PeakKind kind, int threads) {
    try (KernelThreads all = new KernelThreads(threads)) {
      return new PeakMeter(all, Effort.FULL).measure(kind).orElseThrow().perSecond();
    }
  }
}
