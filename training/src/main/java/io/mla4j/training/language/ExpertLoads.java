package io.mla4j.training.language;

import io.mla4j.nn.pass.PassRecord;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How the tokens of a model's layers were shared out to their experts.
 *
 * @param shares of each expert, adding up to 1, by the layer
 */
public record ExpertLoads(Map<Integer, List<Double>> shares) {

  private static final String STATISTIC = "expertLoad";

  /** What a pass must be asked for. */
  static final Set<String> STATISTICS = Set.of(STATISTIC);

  public ExpertLoads {
    Map<Integer, List<Double>> copy = new LinkedHashMap<>();
    shares.forEach((layer, ofExperts) -> copy.put(layer, List.copyOf(ofExperts)));
    shares = Collections.unmodifiableMap(copy);
  }

  /** Adds up passes. */
  static final class Builder {

    private final Map<Integer, double[]> counts = new TreeMap<>();

    /** Adds what the layers of a pass told. */
    void add(PassRecord record) {
      record
          .statistics()
          .getOrDefault(STATISTIC, Map.of())
          .forEach((layer, tokens) -> counts.merge(layer, tokens.clone(), Builder::sum));
    }

    private static double[] sum(double[] left, double[] right) {
      for (int i = 0; i < left.length; i++) {
        left[i] += right[i];
      }
      return left;
    }

    ExpertLoads build() {
      Map<Integer, List<Double>> shares = new LinkedHashMap<>();
      counts.forEach(
          (layer, tokens) -> {
            double all = Math.max(1, Arrays.stream(tokens).sum());
            shares.put(layer, Arrays.stream(tokens).mapToObj(count -> count / all).toList());
          });
      return new ExpertLoads(shares);
    }
  }

  /** Those of one pass. */
  static ExpertLoads of(PassRecord record) {
    Builder builder = new Builder();
    builder.add(record);
    return builder.build();
  }

  /** Whether no layer has experts. */
  public boolean isEmpty() {
    return shares.isEmpty();
  }

  /**
   * The largest share of any layer, times the number of its experts: 1 where all get as many, and
   * as many as there are experts where one gets all. 0 if there are none.
   */
  public double imbalance() {
    return shares.values().stream()
        .mapToDouble(layer -> layer.size() * Collections.max(layer))
        .max()
        .orElse(0);
  }
}
