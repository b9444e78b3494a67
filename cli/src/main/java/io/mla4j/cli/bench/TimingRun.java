package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.cli.bench.cases.Work;
import io.mla4j.cli.bench.cases.Workbench;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.tensor.TensorScope;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Times cases one after the other and prints each as soon as it is done. */
record TimingRun(
    Console console,
    PrintWriter out,
    Workbench bench,
    PeakFigures peaks,
    Stopwatch stopwatch,
    Neighbours neighbours) {

  List<KernelFigures> run(List<KernelCase> cases) {
    TimingRows rows = TimingRows.of(cases);
    out.println(rows.titles());
    List<KernelFigures> figures = new ArrayList<>();
    for (KernelCase one : cases) {
      KernelFigures measured = measure(one);
      figures.add(measured);
      out.println(rows.row(measured, one.load().peak()));
      out.flush();
      console.requireWritten();
    }
    warnOfNeighbours(figures);
    return figures;
  }

  private void warnOfNeighbours(List<KernelFigures> figures) {
    double most =
        figures.stream().mapToDouble(row -> row.othersCores().orElse(0.0)).max().orElse(0);
    if (most >= Neighbours.MUCH) {
      console.warn(
          "Other programs used up to %.1f of the cores meanwhile; rows marked * are too slow."
              .formatted(most));
    }
  }

  private KernelFigures measure(KernelCase one) {
    // The bar is gone before the row is printed: both may go to the same terminal.
    try (Progress progress = Progress.start(console, one.kernel(), "samples", stopwatch.samples());
        Arena memory = Arena.ofShared();
        TensorScope scope = TensorScope.open();
        Work work = one.setup().prepare(memory)) {
      Optional<Double> before = othersCores(); // asked so that the next answer counts from here
      Stopwatch.Timing timing = stopwatch.time(work, progress::at);
      Optional<Double> others = before.flatMap(known -> othersCores());
      return KernelFigures.of(one, timing, work.peer(), peaks, others);
    }
  }

  /** Some milliseconds are too short to tell. */
  private Optional<Double> othersCores() {
    return bench.quick() ? Optional.empty() : neighbours.cores();
  }
}
