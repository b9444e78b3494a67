package io.mla4j.training.classification;

import io.mla4j.training.objective.Evaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a classifier is worth on labelled documents.
 *
 * @param labels the classes by number
 * @param loss mean negative log-likelihood
 * @param confusion [C][C] documents by their class, then by the class predicted
 * @param calibration how often the classifier is right at each confidence
 * @param seconds the whole evaluation took
 */
public record ClassificationEvaluation(
    List<String> labels, double loss, long[][] confusion, Calibration calibration, double seconds)
    implements Evaluation {

  /**
   * One class's figures; 0 where they are not defined.
   *
   * @param support documents of the class
   */
  public record ClassFigures(
      String label, double precision, double recall, double f1, long support) {}

  public long documents() {
    return IntStream.range(0, labels.size()).mapToLong(this::support).sum();
  }

  @Override
  public long examples() {
    return documents();
  }

  public double accuracy() {
    long right = IntStream.range(0, labels.size()).mapToLong(c -> confusion[c][c]).sum();
    return documents() == 0 ? 0 : (double) right / documents();
  }

  /** The mean of the classes' F1, over the classes that occur or were predicted. */
  public double macroF1() {
    return perClass().stream()
        .filter(c -> c.support() > 0 || predicted(labels.indexOf(c.label())) > 0)
        .mapToDouble(ClassFigures::f1)
        .average()
        .orElse(0);
  }

  public List<ClassFigures> perClass() {
    return IntStream.range(0, labels.size()).mapToObj(this::figures).toList();
  }

  private ClassFigures figures(int c) {
    double precision = ratio(confusion[c][c], predicted(c));
    double recall = ratio(confusion[c][c], support(c));
    double sum = precision + recall;
    double f1 = sum == 0 ? 0 : 2 * precision * recall / sum;
    return new ClassFigures(labels.get(c), precision, recall, f1, support(c));
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private long support(int c) {
    return java.util.Arrays.stream(confusion[c]).sum();
  }

  private long predicted(int c) {
    return java.util.Arrays.stream(confusion).mapToLong(row -> row[c]).sum();
  }

  @Override
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", loss);
    figures.put("accuracy", accuracy());
    figures.put("macroF1", macroF1());
    figures.put("expectedCalibrationError", calibration.expectedError());
    return figures;
  }
}
