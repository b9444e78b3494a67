package io.mla4j.tasks.run;

import io.mla4j.tasks.Findings;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.telemetry.report.Comparison;
import io.mla4j.telemetry.report.Facts;
import io.mla4j.telemetry.report.Measure;
import io.mla4j.telemetry.report.Report;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.RunCharts;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.training.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the page people look at after a run, into its folder. */
public final class RunReport {

  private static final int DEEPEST = 16;

  private RunReport() {}

  /**
   * Writes {@code report.html}.
   *
   * @param warnings what the reader must not miss
   */
  public static Path write(ComparedRun.Trained trained, List<String> warnings) {
    TrainedModel run = trained.model();
    Findings found = run.found();
    String subtitle =
        "%s, %,d parameters, %s data: %,d %s"
            .formatted(
                found.subject(),
                found.parameters(),
                found.split(),
                found.evaluation().examples(),
                found.unit());
    ReportContent.Builder content = ReportContent.titled(run.recipe().recipe().name(), subtitle);
    warnings.forEach(content::warning);
    found.headline().forEach(f -> content.figure(f.label(), f.value(), f.hint()));
    training(content, run.outcome().state());
    trained.baseline().ifPresent(other -> content.comparison(comparison(run, other)));
    content.charts(RunCharts.of(RunFolder.read(run.folder())));
    found.sections().accept(content);
    content.facts(new Facts("Files", files(run)));
    content.facts(new Facts("Recipe", settings(run.recipe().yaml())));
    Path file = run.folder().resolve(RunFolder.REPORT);
    Report.write(file, content.build());
    return file;
  }

  private static void training(ReportContent.Builder content, TrainingState state) {
    content.figure(
        "Training",
        "%.0f s".formatted(state.seconds()),
        "%,d steps; best model at step %,d".formatted(state.step(), state.bestStep()));
  }

  private static Comparison comparison(TrainedModel run, TrainedModel other) {
    Findings mine = run.found();
    Findings theirs = other.found();
    List<Measure> measures = new ArrayList<>(mine.beside(theirs));
    measures.add(lower("Parameters", Unit.COUNT, mine.parameters(), theirs.parameters()));
    measures.add(
        lower(
            "Training",
            Unit.SECONDS,
            run.outcome().state().seconds(),
            other.outcome().state().seconds()));
    measures.add(
        lower(
            "Evaluation",
            Unit.SECONDS,
            mine.evaluation().seconds(),
            theirs.evaluation().seconds()));
    return new Comparison(
        "The same data, sizes, seed and steps; only the model differs.",
        List.of(mine.variant(), theirs.variant()),
        measures);
  }

  private static Measure lower(String name, Unit unit, double mine, double theirs) {
    return new Measure(name, unit, Measure.Better.LOWER, List.of(mine, theirs));
  }

  private static Map<String, String> files(TrainedModel run) {
    Path folder = run.folder();
    Map<String, String> files = new LinkedHashMap<>();
    files.put("folder", folder.toString());
    files.put("use it", "mla4j " + run.found().usage(folder));
    files.put("measure again", "mla4j evaluate " + folder + " DATA");
    files.put("curves in TensorBoard", "tensorboard --logdir " + folder);
    return files;
  }

  /** A recipe's lines, one setting each, under their sections. */
  private static Map<String, String> settings(String yaml) {
    Map<String, String> settings = new LinkedHashMap<>();
    String[] path = new String[DEEPEST];
    for (String line : yaml.lines().toList()) {
      int colon = line.indexOf(':');
      int depth = (line.length() - line.stripLeading().length()) / 2;
      if (colon < 0 || depth >= path.length) {
        continue;
      }
      path[depth] = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (!value.isEmpty()) {
        List<String> names = Arrays.asList(path).subList(0, depth + 1);
        settings.put(String.join(".", names), value.replaceAll("^\"|\"$", ""));
      }
    }
    return settings;
  }
}
