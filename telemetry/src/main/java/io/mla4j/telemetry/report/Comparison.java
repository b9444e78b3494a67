package io.mla4j.telemetry.report;

import java.util.List;

/**
 * Variants of a model side by side, such as two kinds of attention.
 *
 * @param caption what was held equal and what varies
 * @param variants their names; differences are those of the first to the others
 */
public record Comparison(String caption, List<String> variants, List<Measure> measures) {
  public Comparison {
    variants = List.copyOf(variants);
    measures = List.copyOf(measures);
    for (Measure measure : measures) {
      if (measure.values().size() != variants.size()) {
        throw new IllegalArgumentException(
            "The measure '%s' has %d values for %d variants."
                .formatted(measure.name(), measure.values().size(), variants.size()));
      }
    }
  }
}
