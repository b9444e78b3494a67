package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.cli.bench.cases.Speed;
import io.mla4j.kernels.peak.PeakKind;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The table of timings, a line at a time: the widths of its columns do not wait for the last row.
 *
 * @param format of one line
 */
record TimingRows(String format) {

  static TimingRows of(List<KernelCase> cases) {
    return new TimingRows(
        "%%-%ds  %%-%ds  %%-4s  %%9s  %%14s  %%7s  %%-10s  %%9s  %%5s %%s"
            .formatted(widest(cases, KernelCase::kernel), widest(cases, KernelCase::shape)));
  }

  private static int widest(List<KernelCase> cases, Function<KernelCase, String> column) {
    return cases.stream().map(column).mapToInt(String::length).max().orElse(1);
  }

  String titles() {
    return line(
        "kernel", "shape", "twin", "ms", "speed", "of peak", "peer", "peer ms", "ratio", "");
  }

  String row(KernelFigures figures, PeakKind kind) {
    double speed = figures.gflops().or(figures::gbps).orElse(0.0) * 1e9;
    return line(
        figures.kernel(),
        figures.shape(),
        figures.twin(),
        millis(figures.millis()),
        Speed.words(speed, kind),
        number("%.1f %%", figures.shareOfPeak().map(share -> 100 * share)),
        figures.peer().orElse(""),
        figures.peerMillis().map(TimingRows::millis).orElse(""),
        number("%.2f", figures.ratio()),
        figures.othersCores().orElse(0.0) >= Neighbours.MUCH ? "*" : "");
  }

  private static String millis(double millis) {
    return "%.3f".formatted(millis);
  }

  private static String number(String format, Optional<Double> number) {
    return number.map(format::formatted).orElse("");
  }

  private String line(Object... cells) {
    return format.formatted(cells).stripTrailing();
  }
}
