package io.mla4j.models.classifier;

import java.util.List;

/**
 * What a classifier says of one text.
 *
 * @param label the most probable class
 * @param index its number
 * @param probability of that class, 0 to 1
 * @param probabilities of all classes by number
 * @param cutTokens how many of the text's tokens were not looked at, as it is longer than the
 *     model's context allows
 */
public record Prediction(
    String label, int index, double probability, List<Double> probabilities, int cutTokens) {

  static Prediction of(List<String> labels, double[] probabilities, int cutTokens) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    List<Double> all = java.util.Arrays.stream(probabilities).boxed().toList();
    return new Prediction(labels.get(best), best, probabilities[best], all, cutTokens);
  }
}
