package io.mla4j.nn.pass;

import io.mla4j.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the layers of one pass left behind: auxiliary losses by name, and figures by layer. */
public final class PassRecord {

  private final Map<String, Tensor> losses = new LinkedHashMap<>();
  private final Map<String, Map<Integer, double[]>> statistics = new LinkedHashMap<>();
  private Predicate<String> wanted = name -> false;

  PassRecord() {}

  /** Asks layers for all their statistics, which cost time; before the pass runs. */
  public void wantStatistics() {
    wanted = name -> true;
  }

  /** Asks layers for statistics of these names alone. */
  public void wantStatistics(Set<String> names) {
    wanted = Set.copyOf(names)::contains;
  }

  void addLoss(String name, Tensor loss) {
    losses.merge(name, loss, Tensor::add);
  }

  void addStatistic(int layer, String name, Supplier<double[]> figures) {
    if (wanted.test(name)) {
      statistics.computeIfAbsent(name, n -> new TreeMap<>()).put(layer, figures.get());
    }
  }

  /** Rank 0 each, the layers' added up. They belong to the scope the pass ran in. */
  public Map<String, Tensor> auxiliaryLosses() {
    return Collections.unmodifiableMap(losses);
  }

  /** Figures by name, then by layer. */
  public Map<String, Map<Integer, double[]>> statistics() {
    return Collections.unmodifiableMap(statistics);
  }
}
