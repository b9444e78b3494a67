package io.mla4j.tasks;

import io.mla4j.telemetry.report.Figure;
import io.mla4j.telemetry.report.Measure;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.training.objective.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What came out of a training, as its task shows it.
 *
 * @param variant what tells the model from its baseline in a word or two, as {@code Mla}
 * @param subject what was trained, as {@code Mla attention}
 * @param evaluation of the model that was kept
 * @param onTest whether it is on the test data rather than on the validation data
 * @param unit what was measured on, in the plural
 * @param parameters how many trained values the model has
 * @param headline of the report, the most important first
 * @param measures to compare with a baseline's, which has the same ones in the same order
 * @param sections adds what only this task has to the report
 * @param figures by name, for programs
 * @param sentences for people
 * @param command that uses the model, as {@code predict}
 * @param example what may follow the command and the model's folder
 */
public record Findings(
    String variant,
    String subject,
    Evaluation evaluation,
    boolean onTest,
    String unit,
    long parameters,
    List<Figure> headline,
    List<Compared> measures,
    Consumer<ReportContent.Builder> sections,
    Map<String, Object> figures,
    List<String> sentences,
    String command,
    String example) {

  /**
   * A number that two models have.
   *
   * @param figure its name for programs, to which a baseline's name is put in front; empty where it
   *     is for people alone
   */
  public record Compared(
      String name, String figure, Unit unit, Measure.Better better, double value) {}

  public Findings {
    headline = List.copyOf(headline);
    measures = List.copyOf(measures);
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    sentences = List.copyOf(sentences);
  }

  /** How a model in a folder is used. */
  public String usage(Path folder) {
    return "%s %s %s".formatted(command, folder, example);
  }

  /** What the figures are of, as {@code test}. */
  public String split() {
    return onTest ? "test" : "validation";
  }

  /** These measures beside another model's of the same kind. */
  public List<Measure> beside(Findings other) {
    List<Measure> both = new ArrayList<>();
    for (int i = 0; i < measures.size(); i++) {
      Compared mine = measures.get(i);
      List<Double> values = List.of(mine.value(), other.measures.get(i).value());
      both.add(new Measure(mine.name(), mine.unit(), mine.better(), values));
    }
    return both;
  }
}
