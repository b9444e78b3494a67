package io.mla4j.cli.bench;

import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.tensor.TensorScope;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Times cases one after the other and prints each as soon as it is done. */
record TimingRun(
    Console console, PrintWriter out, Workbench bench, PeakFigures peaks, Stopwatch stopwatch) {

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
    return figures;
  }

  private KernelFigures measure(KernelCase one) {
    // The bar is gone before the row is printed: both may go to the same terminal.
    try (Progress progress = Progress.start(console, one.kernel(), "samples", stopwatch.samples());
        Arena memory = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      Work work = one.setup().prepare(memory);
      return KernelFigures.of(one, stopwatch.time(work, progress::at), work.peer(), peaks);
    }
  }
}
