package io.mla4j.training.objective;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A figure by which the best model can be told.
 *
 * @param figure its name among those of the objective's evaluations
 */
public record Monitor(String figure, Better better) {

  /** Which of two values is the better one. */
  public enum Better {
    HIGHER,
    LOWER
  }

  public static Monitor higher(String figure) {
    return new Monitor(figure, Better.HIGHER);
  }

  public static Monitor lower(String figure) {
    return new Monitor(figure, Better.LOWER);
  }

  /** A score that is larger for better models. */
  public double score(double value) {
    return better == Better.HIGHER ? value : -value;
  }

  /**
   * The monitor a configuration names; upper and lower case and underscores do not matter.
   *
   * @throws IllegalArgumentException naming those there are, if it is none of them
   */
  public static Monitor named(String name, List<Monitor> offered) {
    return offered.stream()
        .filter(monitor -> plain(monitor.figure()).equals(plain(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "training.monitor is '%s' but must be one of %s."
                        .formatted(
                            name,
                            offered.stream()
                                .map(Monitor::figure)
                                .collect(Collectors.joining(", ")))));
  }

  private static String plain(String name) {
    return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }
}
