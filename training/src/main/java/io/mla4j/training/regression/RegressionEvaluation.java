package io.mla4j.training.regression;

import io.mla4j.training.objective.Evaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a regressor is worth.
 *
 * @param predicted of each example, in the order of its source
 * @param targets what was to be said, likewise
 */
public record RegressionEvaluation(List<Double> predicted, List<Double> targets, double seconds)
    implements Evaluation {

  public RegressionEvaluation {
    predicted = List.copyOf(predicted);
    targets = List.copyOf(targets);
  }

  /** The mean square of the errors. */
  @Override
  public double loss() {
    double sum = 0;
    for (int i = 0; i < targets.size(); i++) {
      double error = predicted.get(i) - targets.get(i);
      sum += error * error;
    }
    return targets.isEmpty() ? 0 : sum / targets.size();
  }

  @Override
  public long examples() {
    return targets.size();
  }

  public Correlation pearson() {
    return Correlation.pearson(array(predicted), array(targets));
  }

  public Correlation spearman() {
    return Correlation.spearman(array(predicted), array(targets));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("loss", loss());
    figures.put("pearson", pearson().value());
    figures.put("spearman", spearman().value());
    figures.put("rootMeanSquareError", Math.sqrt(loss()));
    return figures;
  }
}
