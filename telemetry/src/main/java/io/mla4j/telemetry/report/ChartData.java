package io.mla4j.telemetry.report;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the page's scripts draw, as JSON that can stand inside a script element. */
final class ChartData {

  private static final JsonMapper JSON = new JsonMapper();

  private ChartData() {}

  static String json(ReportContent content) {
    ObjectNode data = JSON.createObjectNode();
    ArrayNode charts = data.putArray("charts");
    content.charts().forEach(chart -> chart(charts.addObject(), chart));
    content.confusion().ifPresent(matrix -> confusion(data.putObject("confusion"), matrix));
    content
        .calibration()
        .ifPresent(
            calibration ->
                calibration.bins().forEach(bin -> data.withArray("calibration").addPOJO(bin)));
    return escaped(JSON.writeValueAsString(data));
  }

  private static void chart(ObjectNode node, Chart chart) {
    node.put("title", chart.title()).put("xLabel", chart.xLabel());
    node.put("unit", chart.unit().name());
    ArrayNode all = node.putArray("series");
    for (Series series : chart.series()) {
      ObjectNode one = all.addObject().put("name", series.name());
      points(one, Thinning.of(series.points()));
      if (series.noisy()) {
        points(one.putObject("trend"), Trend.of(series.points()));
      }
    }
    ArrayNode marks = node.putArray("marks");
    for (Mark mark : chart.marks()) {
      marks.addObject().put("x", mark.x()).put("label", mark.label());
    }
  }

  private static void points(ObjectNode node, List<Point> points) {
    ArrayNode x = node.putArray("x");
    ArrayNode y = node.putArray("y");
    for (Point point : points) {
      x.add(point.x());
      // As a float: seven digits are more than a chart can show.
      float value = (float) point.y();
      if (Float.isFinite(value)) {
        y.add(value);
      } else {
        y.addNull();
      }
    }
  }

  /** Row by row, with only the cells that are not zero: {@code [column, count, ...]}. */
  private static void confusion(ObjectNode node, ConfusionMatrix matrix) {
    ArrayNode labels = node.putArray("labels");
    matrix.labels().forEach(labels::add);
    ArrayNode rows = node.putArray("rows");
    for (int truth = 0; truth < matrix.labels().size(); truth++) {
      ArrayNode row = rows.addArray();
      for (int predicted = 0; predicted < matrix.labels().size(); predicted++) {
        if (matrix.count(truth, predicted) > 0) {
          row.add(predicted).add(matrix.count(truth, predicted));
        }
      }
    }
  }

  /** Without characters that could end the script element or open a comment in it. */
  private static String escaped(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }
}
