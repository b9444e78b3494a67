package io.mla4j.telemetry.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How often each class was taken for each. Immutable.
 *
 * <p>Rows are true classes, columns predicted ones.
 */
public final class ConfusionMatrix {

  private final List<String> labels;
  private final long[][] counts;

  /**
   * Copies the counts.
   *
   * @param counts [C, C], true class first
   */
  public ConfusionMatrix(List<String> labels, long[][] counts) {
    this.labels = List.copyOf(labels);
    this.counts = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    boolean square =
        counts.length == labels.size()
            && Arrays.stream(counts).allMatch(row -> row.length == labels.size());
    if (!square) {
      throw new IllegalArgumentException(
          "A confusion matrix of %d classes has as many rows and columns."
              .formatted(labels.size()));
    }
  }

  public List<String> labels() {
    return labels;
  }

  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** Examples of a true class. */
  public long support(int truth) {
    return Arrays.stream(counts[truth]).sum();
  }

  /** A pair of classes taken for each other. */
  record Confusion(String truth, String predicted, long count, double share) {}

  /** The most frequent mistakes, most frequent first. */
  List<Confusion> mostFrequent(int limit) {
    List<Confusion> mistakes = new ArrayList<>();
    for (int truth = 0; truth < counts.length; truth++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        long count = counts[truth][predicted];
        if (truth != predicted && count > 0) {
          double share = (double) count / support(truth);
          mistakes.add(new Confusion(labels.get(truth), labels.get(predicted), count, share));
        }
      }
    }
    return mistakes.stream()
        .sorted(Comparator.comparingLong(Confusion::count).reversed())
        .limit(limit)
        .toList();
  }
}
