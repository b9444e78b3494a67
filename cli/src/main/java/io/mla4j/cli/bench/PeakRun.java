package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.Speed;
import io.mla4j.cli.bench.cases.Workbench;
import io.mla4j.cli.console.Console;
import io.mla4j.cli.console.Progress;
import io.mla4j.cli.console.Table;
import io.mla4j.kernels.peak.Effort;
import io.mla4j.kernels.peak.Peak;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.kernels.peak.PeakMeter;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures and prints the machine's peaks. */
record PeakRun(Console console, PrintWriter out) {

  PeakFigures measure(Workbench bench) {
    Map<PeakKind, Peak> found = new EnumMap<>(PeakKind.class);
    List<String> missing = new ArrayList<>();
    PeakMeter meter =
        new PeakMeter(bench.kernels().threads(), bench.quick() ? Effort.QUICK : Effort.FULL);
    PeakKind[] kinds = PeakKind.values();
    try (Progress progress = Progress.start(console, "Peaks", "peaks", kinds.length)) {
      for (PeakKind kind : kinds) {
        Optional<Peak> peak = meter.measure(kind);
        peak.ifPresentOrElse(
            figure -> found.put(kind, figure), () -> missing.add(PeakMeter.whyMissing(kind)));
        progress.at(found.size() + missing.size());
      }
    }
    PeakFigures figures = new PeakFigures(found, missing);
    print(figures);
    return figures;
  }

  private void print(PeakFigures figures) {
    Table table = new Table().left("peak").right("speed").left("twin");
    figures
        .found()
        .forEach(
            (kind, peak) ->
                table.row(kind.toString(), Speed.words(peak.perSecond(), kind), peak.twin()));
    table.print(out);
    out.println();
    figures.missing().forEach(console::say);
  }
}
