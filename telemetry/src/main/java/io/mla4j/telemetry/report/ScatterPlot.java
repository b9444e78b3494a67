package io.mla4j.telemetry.report;

import java.util.List;

/**
 * Examples as points: what is true of each against what was predicted.
 *
 * @param points x is true, y was predicted; those that are not finite are not drawn
 */
public record ScatterPlot(
    String id, String title, String caption, String xLabel, String yLabel, List<Point> points)
    implements Section {

  public ScatterPlot {
    points = List.copyOf(points);
  }
}
