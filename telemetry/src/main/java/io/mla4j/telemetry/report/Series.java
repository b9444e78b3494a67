package io.mla4j.telemetry.report;

import java.util.List;

/**
 * One curve of a chart.
 *
 * @param points with rising x
 * @param noisy whether the curve is to be shown with its running median
 */
public record Series(String name, List<Point> points, boolean noisy) {
  public Series {
    points = List.copyOf(points);
  }
}
