package io.mla4j.telemetry.report;

import java.util.List;

/**
 * Curves over a common axis.
 *
 * @param xLabel what x counts, such as {@code step}
 * @param unit the unit of y
 */
public record Chart(String title, String xLabel, Unit unit, List<Series> series, List<Mark> marks) {
  public Chart {
    series = List.copyOf(series);
    marks = List.copyOf(marks);
  }
}
