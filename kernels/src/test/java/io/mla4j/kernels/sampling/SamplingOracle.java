package io.mla4j.kernels.sampling;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Filters by sorting the whole row, in float64. */
final class SamplingOracle {

  private SamplingOracle() {}

  /** The probability of each token that may be drawn. */
  static Map<Integer, Double> candidates(float[] logits, SamplingSettings settings) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      highest = Math.max(highest, Float.isNaN(logit) ? Double.NEGATIVE_INFINITY : logit);
    }
    double most = highest;
    List<Integer> order =
        IntStream.range(0, logits.length)
            .filter(i -> logits[i] > Float.NEGATIVE_INFINITY)
            .filter(i -> most < Double.POSITIVE_INFINITY || logits[i] == most)
            .filter(i -> weight(logits[i], most, settings) >= 1e-37)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> 0 - logits[i]).thenComparing(i -> i))
            .toList();
    if (settings.topK() > 0) {
      order = order.subList(0, Math.min(settings.topK(), order.size()));
    }
    double total = order.stream().mapToDouble(i -> weight(logits[i], most, settings)).sum();
    double sum = 0;
    int kept = 0;
    while (kept < order.size() && (settings.topP() == 1 || sum < settings.topP() * total)) {
      sum += weight(logits[order.get(kept++)], most, settings);
    }
    Map<Integer, Double> result = new TreeMap<>();
    for (int token : order.subList(0, kept)) {
      double weight = weight(logits[token], most, settings);
      if (weight >= settings.minP()) {
        result.put(token, weight);
      }
    }
    double rest = result.values().stream().mapToDouble(w -> w).sum();
    result.replaceAll((token, weight) -> weight / rest);
    return result;
  }

  private static double weight(float logit, double highest, SamplingSettings settings) {
    return logit == highest ? 1 : Math.exp((logit - highest) / settings.temperature());
  }
}
