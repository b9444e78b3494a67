package io.mla4j.telemetry.report;

import java.util.List;
import java.util.OptionalInt;

/**
 * One row of a {@link Comparison}.
 *
 * @param values one for each variant, in their order
 */
public record Measure(String name, Unit unit, Better better, List<Double> values) {

  /** Which values are the good ones. */
  public enum Better {
    HIGHER,
    LOWER,
    NEITHER
  }

  public Measure {
    values = List.copyOf(values);
  }

  /** The variant that is better than all others, if one is. */
  OptionalInt best() {
    double sign = better == Better.HIGHER ? 1 : -1;
    OptionalInt best = OptionalInt.empty();
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.size() && better != Better.NEITHER; i++) {
      double score = sign * values.get(i);
      if (score > highest) {
        best = OptionalInt.of(i);
        highest = score;
      } else if (score == highest) {
        best = OptionalInt.empty();
      }
    }
    return best;
  }

  /** How the first value differs from another: in points for fractions, else in percent of it. */
  String difference(int other) {
    double mine = values.getFirst();
    double theirs = values.get(other);
    if (unit == Unit.PERCENT) {
      return signed(100 * (mine - theirs), "%+.2f points");
    }
    return theirs == 0 ? "" : signed(100 * (mine - theirs) / Math.abs(theirs), "%+.1f %%");
  }

  private static String signed(double value, String format) {
    return Double.isFinite(value)
        ? String.format(java.util.Locale.ROOT, format, value).replace('-', '−')
        : "";
  }
}
