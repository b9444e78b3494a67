package io.mla4j.cli.train;

import io.mla4j.tasks.Findings;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.TrainedModel;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What a run came to, in a few lines. */
record Summary(ComparedRun.Trained trained) {

  private static final String ROW = "  %-24s %14s %14s%n";

  void print(PrintWriter out, Path report) {
    TrainedModel run = trained.model();
    out.println();
    if (trained.baseline().isPresent()) {
      comparison(out, run, trained.baseline().get());
    } else {
      run.found().sentences().forEach(out::println);
    }
    out.println();
    out.println("  model   " + run.folder());
    out.println("  report  " + report);
    out.println("  use it  ./mla4j " + run.found().usage(run.folder()));
  }

  private static void comparison(PrintWriter out, TrainedModel run, TrainedModel other) {
    Findings mine = run.found();
    Findings theirs = other.found();
    out.printf(ROW, "on the " + mine.split() + " data", mine.variant(), theirs.variant());
    for (int i = 0; i < mine.measures().size(); i++) {
      Findings.Compared measure = mine.measures().get(i);
      Findings.Compared compared = theirs.measures().get(i);
      out.printf(
          ROW, measure.name().toLowerCase(java.util.Locale.ROOT), text(measure), text(compared));
    }
    out.printf(
        ROW,
        "parameters",
        "%,d".formatted(mine.parameters()),
        "%,d".formatted(theirs.parameters()));
    out.printf(
        ROW,
        "training seconds",
        "%.1f".formatted(run.outcome().state().seconds()),
        "%.1f".formatted(other.outcome().state().seconds()));
  }

  private static String text(Findings.Compared measure) {
    return switch (measure.unit()) {
      case PERCENT -> "%.2f %%".formatted(100 * measure.value());
      case BYTES -> "%,.0f bytes".formatted(measure.value());
      case COUNT -> "%,.0f".formatted(measure.value());
      case NUMBER, SECONDS -> "%.4f".formatted(measure.value());
    };
  }
}
