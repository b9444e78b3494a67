package io.mla4j.telemetry.report;

import io.mla4j.telemetry.RunEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The curves of a run: its loss, whatever was measured of it, learning rate, gradient norm,
 * throughput, and whatever else its steps tell.
 */
public final class RunCharts {

  private static final String STEP = "step";

  /** Shares of 1, drawn in percent. */
  private static final Set<String> SHARES =
      Set.of("accuracy", "macroF1", "expectedCalibrationError");

  private final List<RunEvent.Step> steps = new ArrayList<>();
  private final List<RunEvent.Evaluation> evaluations = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  private RunCharts(List<RunEvent> events) {
    events.forEach(this::sort);
  }

  /**
   * Draws what the events tell.
   *
   * @param events in the order they happened
   */
  public static List<Chart> of(List<RunEvent> events) {
    return new RunCharts(events).charts();
  }

  private void sort(RunEvent event) {
    switch (event) {
      case RunEvent.Step step -> steps.add(step);
      case RunEvent.Evaluation evaluation -> evaluations.add(evaluation);
      case RunEvent.Recovery recovery ->
          marks.add(new Mark(recovery.step(), "Recovery: " + recovery.reason()));
      case RunEvent.Warning warning -> marks.add(new Mark(warning.step(), warning.sentence()));
    }
  }

  private List<Chart> charts() {
    List<Series> losses = new ArrayList<>(List.of(ofSteps("training", RunEvent.Step::loss, true)));
    losses.addAll(ofEvaluations("loss", ""));
    List<Series> scores = new ArrayList<>(ofEvaluations("accuracy", " accuracy"));
    scores.addAll(ofEvaluations("macroF1", " macro-F1"));
    List<Chart> charts = new ArrayList<>();
    add(charts, "Loss", Unit.NUMBER, losses);
    add(charts, "Accuracy and macro-F1", Unit.PERCENT, scores);
    Set<String> measured = new LinkedHashSet<>();
    evaluations.forEach(evaluation -> measured.addAll(evaluation.figures().keySet()));
    measured.removeAll(Set.of("loss", "accuracy", "macroF1"));
    measured.forEach(
        name ->
            add(
                charts,
                title(name),
                SHARES.contains(name) ? Unit.PERCENT : Unit.NUMBER,
                ofEvaluations(name, "")));
    addSteps(charts, "Learning rate", RunEvent.Step::learningRate, false);
    addSteps(charts, "Gradient norm", RunEvent.Step::gradientNorm, true);
    addSteps(charts, "Tokens a second", RunEvent.Step::tokensPerSecond, true);
    Set<String> told = new LinkedHashSet<>();
    steps.forEach(step -> told.addAll(step.figures().keySet()));
    told.forEach(name -> add(charts, title(name), Unit.NUMBER, List.of(ofFigure(name))));
    return charts;
  }

  /** {@code rootMeanSquareError} as {@code Root mean square error}. */
  private static String title(String name) {
    String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return words.isEmpty() ? name : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private Series ofFigure(String name) {
    List<Point> points = new ArrayList<>();
    for (RunEvent.Step step : steps) {
      Double value = step.figures().get(name);
      if (value != null) {
        points.add(new Point(step.step(), value));
      }
    }
    return new Series("training", points, true);
  }

  private void addSteps(
      List<Chart> charts, String title, ToDoubleFunction<RunEvent.Step> value, boolean noisy) {
    add(charts, title, Unit.NUMBER, List.of(ofSteps(title, value, noisy)));
  }

  private void add(List<Chart> charts, String title, Unit unit, List<Series> series) {
    List<Series> drawn = series.stream().filter(each -> !each.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      charts.add(new Chart(title, STEP, unit, drawn, marks));
    }
  }

  private Series ofSteps(String name, ToDoubleFunction<RunEvent.Step> value, boolean noisy) {
    List<Point> points =
        steps.stream().map(step -> new Point(step.step(), value.applyAsDouble(step))).toList();
    return new Series(name, points, noisy);
  }

  /** One curve of a figure for each split of the data. */
  private List<Series> ofEvaluations(String figure, String suffix) {
    Map<String, List<Point>> bySplit = new LinkedHashMap<>();
    for (RunEvent.Evaluation evaluation : evaluations) {
      Double value = evaluation.figures().get(figure);
      if (value != null) {
        bySplit
            .computeIfAbsent(evaluation.split(), split -> new ArrayList<>())
            .add(new Point(evaluation.step(), value));
      }
    }
    return bySplit.entrySet().stream()
        .map(entry -> new Series(entry.getKey() + suffix, entry.getValue(), false))
        .toList();
  }
}
