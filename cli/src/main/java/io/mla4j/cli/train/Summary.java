package io.mla4j.cli.train;

import io.mla4j.training.evaluation.Evaluation;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What a run came to, in a few lines. */
record Summary(Comparing.Trained trained) {

  private static final String ROW = "  %-24s %12s %14s%n";

  void print(PrintWriter out, Path report) {
    TrainedClassifier run = trained.model();
    out.println();
    if (trained.baseline().isPresent()) {
      comparison(out, run, trained.baseline().get());
    } else {
      single(out, run);
    }
    out.println();
    out.println("  model   " + run.folder());
    out.println("  report  " + report);
    out.println("  use it  ./mla4j predict " + run.folder() + " \"some text\"");
  }

  private static void single(PrintWriter out, TrainedClassifier run) {
    Evaluation figures = run.figures();
    out.printf(
        "%s attention on %,d %s documents: accuracy %.2f %%, macro-F1 %.2f %%, calibration error"
            + " %.2f %%.%n",
        TrainingReport.attention(run),
        figures.documents(),
        run.onTest() ? "test" : "validation",
        100 * figures.accuracy(),
        100 * figures.macroF1(),
        100 * figures.calibration().expectedError());
    out.printf(
        "A cached token takes %,d bytes; with dense attention of as many heads %,d.%n",
        run.cacheBytesPerToken(), run.denseCacheBytesPerToken());
  }

  private static void comparison(PrintWriter out, TrainedClassifier run, TrainedClassifier dense) {
    out.printf(
        ROW,
        run.onTest() ? "on the test data" : "on the validation data",
        TrainingReport.attention(run),
        TrainingReport.attention(dense));
    out.printf(
        ROW, "accuracy", percent(run.figures().accuracy()), percent(dense.figures().accuracy()));
    out.printf(
        ROW, "macro-F1", percent(run.figures().macroF1()), percent(dense.figures().macroF1()));
    out.printf(
        ROW,
        "cache bytes a token",
        "%,d".formatted(run.cacheBytesPerToken()),
        "%,d".formatted(dense.cacheBytesPerToken()));
    out.printf(
        ROW, "parameters", "%,d".formatted(run.parameters()), "%,d".formatted(dense.parameters()));
    out.printf(
        ROW,
        "training seconds",
        "%.1f".formatted(run.outcome().state().seconds()),
        "%.1f".formatted(dense.outcome().state().seconds()));
  }

  private static String percent(double fraction) {
    return "%.2f %%".formatted(100 * fraction);
  }
}
