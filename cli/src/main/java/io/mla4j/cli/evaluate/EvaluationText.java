package io.mla4j.cli.evaluate;

import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.console.Table;
import io.mla4j.training.classification.ClassificationEvaluation;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/**
 * A measured model for people.
 *
 * @param everyClass show each class's figures even where there are many
 */
record EvaluationText(EngineRun run, int threads, boolean everyClass) {

  private static final int MANY_CLASSES = 25;
  private static final int WORST = 10;

  void print(PrintWriter out) {
    ClassificationEvaluation figures = run.evaluation();
    new Facts()
        .heading("%,d documents".formatted(figures.documents()))
        .fact("accuracy", Quantity.percent(figures.accuracy()))
        .fact("macro-F1", Quantity.percent(figures.macroF1()))
        .fact("loss", "%.4f".formatted(figures.loss()))
        .fact(
            "calibration error",
            Quantity.percent(figures.calibration().expectedError()) + " (expected, 15 bins)")
        .fact("speed", speed(figures))
        .print(out);
    out.println();
    classes(figures).print(out);
    out.println();
    new Confusions(figures).print(out);
  }

  private String speed(ClassificationEvaluation figures) {
    return "%s in %s, %s engine, %s"
        .formatted(
            Quantity.rate(run.documentsPerSecond(), "documents"),
            Quantity.seconds(figures.seconds()),
            run.engine(),
            Quantity.count(threads, "thread"));
  }

  private Table classes(ClassificationEvaluation figures) {
    List<ClassificationEvaluation.ClassFigures> shown = figures.perClass();
    boolean worstOnly = shown.size() > MANY_CLASSES && !everyClass;
    if (worstOnly) {
      shown =
          shown.stream()
              .filter(c -> c.support() > 0)
              .sorted(Comparator.comparingDouble(ClassificationEvaluation.ClassFigures::f1))
              .limit(WORST)
              .toList();
    }
    String title =
        worstOnly
            ? "class (the %d worst of %d; --all-classes for the rest)"
                .formatted(shown.size(), figures.labels().size())
            : "class";
    Table table =
        new Table().left(title).right("precision").right("recall").right("F1").right("documents");
    for (ClassificationEvaluation.ClassFigures c : shown) {
      table.row(
          c.label(),
          Quantity.percent(c.precision()),
          Quantity.percent(c.recall()),
          Quantity.percent(c.f1()),
          Quantity.count(c.support()));
    }
    return table;
  }

  static void print(Agreement agreement, PrintWriter out) {
    out.println();
    new Facts()
        .heading(
            "%s and %s on the same %,d documents"
                .formatted(agreement.engine(), agreement.otherEngine(), agreement.documents()))
        .fact("largest logit difference", "%.2e".formatted(agreement.largestLogitDifference()))
        .fact(
            "predictions",
            agreement.identicalPredictions()
                ? "identical"
                : "%,d differ".formatted(agreement.differentPredictions()))
        .fact(
            "speed",
            "%s: %s".formatted(agreement.engine(), rate(agreement.documentsPerSecond())),
            "%s: %s".formatted(agreement.otherEngine(), rate(agreement.otherDocumentsPerSecond())))
        .print(out);
  }

  private static String rate(double documentsPerSecond) {
    return Quantity.rate(documentsPerSecond, "documents");
  }
}
