package io.mla4j.cli.train;

import io.mla4j.config.ConfigWriter;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.telemetry.report.Calibration;
import io.mla4j.telemetry.report.ClassScore;
import io.mla4j.telemetry.report.Comparison;
import io.mla4j.telemetry.report.ConfusionMatrix;
import io.mla4j.telemetry.report.Facts;
import io.mla4j.telemetry.report.Measure;
import io.mla4j.telemetry.report.Report;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.RunCharts;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.training.evaluation.Evaluation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Writes the page people look at after a run, into its folder. */
final class TrainingReport {

  private TrainingReport() {}

  /**
   * Writes {@code report.html}.
   *
   * @param baseline the same model with dense attention, if it was trained too
   * @param warnings what the reader must not miss
   */
  static Path write(
      TrainedClassifier run, Optional<TrainedClassifier> baseline, List<String> warnings) {
    Evaluation figures = run.figures();
    String subtitle =
        "%s attention, %,d parameters, %s data: %,d documents"
            .formatted(
                attention(run),
                run.parameters(),
                run.onTest() ? "test" : "validation",
                figures.documents());
    ReportContent.Builder content = ReportContent.titled(run.recipe().name(), subtitle);
    warnings.forEach(content::warning);
    headline(content, run);
    baseline.ifPresent(dense -> content.comparison(comparison(run, dense)));
    content.charts(RunCharts.of(RunFolder.read(run.folder())));
    content.confusion(new ConfusionMatrix(figures.labels(), figures.confusion()));
    content.classes(figures.perClass().stream().map(TrainingReport::score).toList());
    content.calibration(calibration(figures));
    content.samples(run.samples());
    content.facts(new Facts("Files", files(run.folder())));
    content.facts(new Facts("Recipe", settings(run.recipe())));
    Path file = run.folder().resolve(RunFolder.REPORT);
    Report.write(file, content.build());
    return file;
  }

  static String attention(TrainedClassifier run) {
    return run.model().encoder().attention().getClass().getSimpleName().replace("Config", "");
  }

  private static void headline(ReportContent.Builder content, TrainedClassifier run) {
    Evaluation figures = run.figures();
    content.figure("Accuracy", percent(figures.accuracy()), "share of documents classified right");
    content.figure("Macro-F1", percent(figures.macroF1()), "mean of the classes' F1");
    content.figure(
        "Calibration error",
        percent(figures.calibration().expectedError()),
        "mean distance of confidence and accuracy over 15 bins");
    content.figure(
        "Cache a token",
        "%,d bytes".formatted(run.cacheBytesPerToken()),
        "float32, all layers; dense attention of as many heads: %,d bytes"
            .formatted(run.denseCacheBytesPerToken()));
    content.figure(
        "Training",
        "%.0f s".formatted(run.outcome().state().seconds()),
        "%,d steps; best model at step %,d"
            .formatted(run.outcome().state().step(), run.outcome().state().bestStep()));
  }

  private static Comparison comparison(TrainedClassifier run, TrainedClassifier dense) {
    List<TrainedClassifier> both = List.of(run, dense);
    List<Measure> measures =
        List.of(
            measure(
                "Accuracy", Unit.PERCENT, Measure.Better.HIGHER, both, r -> r.figures().accuracy()),
            measure(
                "Macro-F1", Unit.PERCENT, Measure.Better.HIGHER, both, r -> r.figures().macroF1()),
            measure("Loss", Unit.NUMBER, Measure.Better.LOWER, both, r -> r.figures().loss()),
            measure(
                "Cache a token",
                Unit.BYTES,
                Measure.Better.LOWER,
                both,
                TrainedClassifier::cacheBytesPerToken),
            measure(
                "Parameters",
                Unit.COUNT,
                Measure.Better.LOWER,
                both,
                TrainedClassifier::parameters),
            measure(
                "Training",
                Unit.SECONDS,
                Measure.Better.LOWER,
                both,
                r -> r.outcome().state().seconds()),
            measure(
                "Evaluation",
                Unit.SECONDS,
                Measure.Better.LOWER,
                both,
                r -> r.figures().seconds()));
    return new Comparison(
        "The same data, sizes, seed and steps; only the attention differs.",
        List.of(attention(run), attention(dense)),
        measures);
  }

  private static Measure measure(
      String name,
      Unit unit,
      Measure.Better better,
      List<TrainedClassifier> runs,
      ToDoubleFunction<TrainedClassifier> value) {
    return new Measure(name, unit, better, runs.stream().map(value::applyAsDouble).toList());
  }

  private static ClassScore score(Evaluation.ClassFigures figures) {
    return new ClassScore(
        figures.label(), figures.precision(), figures.recall(), figures.f1(), figures.support());
  }

  private static Calibration calibration(Evaluation figures) {
    List<Calibration.Bin> bins =
        figures.calibration().bins().stream()
            .map(
                bin ->
                    new Calibration.Bin(
                        bin.from(), bin.to(), bin.count(), bin.confidence(), bin.accuracy()))
            .toList();
    return new Calibration(figures.calibration().expectedError(), bins);
  }

  private static Map<String, String> files(Path folder) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("folder", folder.toString());
    files.put("classify a text", "mla4j predict " + folder + " \"...\"");
    files.put("measure again", "mla4j evaluate " + folder + " DATA");
    files.put("curves in TensorBoard", "tensorboard --logdir " + folder);
    return files;
  }

  /** The recipe's lines, one setting each, under their sections. */
  private static Map<String, String> settings(Recipe recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    String[] path = new String[16];
    for (String line : ConfigWriter.yaml(Recipe.class, recipe).lines().toList()) {
      int colon = line.indexOf(':');
      int depth = (line.length() - line.stripLeading().length()) / 2;
      if (colon < 0 || depth >= path.length) {
        continue;
      }
      path[depth] = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (!value.isEmpty()) {
        List<String> names = java.util.Arrays.asList(path).subList(0, depth + 1);
        settings.put(String.join(".", names), value.replaceAll("^\"|\"$", ""));
      }
    }
    return settings;
  }

  private static String percent(double fraction) {
    return "%.2f %%".formatted(100 * fraction);
  }
}
