package io.mla4j.telemetry.report;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The parts of the page that only some tasks have. */
final class TaskSections {

  private static final double SIZE = 420;
  private static final double MARGIN = 44;

  private TaskSections() {}

  static void write(Html html, ReportContent content) {
    for (Section section : content.sections()) {
      html.open("section", "id", section.id()).element("h2", section.title());
      if (!section.caption().isBlank()) {
        html.element("p", section.caption(), "class", "caption");
      }
      switch (section) {
        case ScatterPlot plot -> scatter(html, plot);
        case ShareBars bars -> shares(html, bars);
        case TextSamples texts -> texts(html, texts);
      }
      html.close();
    }
  }

  /** A bar is as long as its share is of the group's largest. */
  private static void shares(Html html, ShareBars bars) {
    for (ShareBars.Group group : bars.groups()) {
      html.element("h3", group.name());
      if (!group.note().isBlank()) {
        html.element("p", group.note(), "class", "caption");
      }
      html.open("div", "class", "card scroll").open("table").open("tbody");
      double largest = group.shares().stream().mapToDouble(share -> share).max().orElse(1);
      for (int i = 0; i < group.shares().size(); i++) {
        double share = group.shares().get(i);
        html.open("tr").element("th", bars.member() + " " + i, "scope", "row");
        html.open("td", "class", "number").element("span", Unit.PERCENT.format(share));
        Overview.bar(html, share / largest);
        html.close().close();
      }
      html.close().close().close();
    }
  }

  private static void texts(Html html, TextSamples texts) {
    html.open("ol", "class", "samples");
    for (TextSamples.Sample sample : texts.samples()) {
      html.open("li", "class", "card sample");
      html.open("p", "class", "verdict").element("b", sample.heading()).close();
      html.element("blockquote", sample.text(), "class", "plain");
      html.close();
    }
    html.close();
  }

  /** A square with the diagonal, drawn without a script. */
  private static void scatter(Html html, ScatterPlot plot) {
    double low = Math.min(extreme(plot, false, Point::x), extreme(plot, false, Point::y));
    double high = Math.max(extreme(plot, true, Point::x), extreme(plot, true, Point::y));
    if (!(high > low)) {
      return;
    }
    String box = "0 0 " + number(SIZE) + " " + number(SIZE);
    html.open("div", "class", "card narrow");
    html.open("svg", "viewBox", box, "role", "img", "aria-label", plot.title(), "class", "scatter");
    line(html, MARGIN, SIZE - MARGIN, SIZE - MARGIN, MARGIN, "diagonal");
    line(html, MARGIN, SIZE - MARGIN, SIZE - MARGIN, SIZE - MARGIN, "axis");
    line(html, MARGIN, SIZE - MARGIN, MARGIN, MARGIN, "axis");
    label(html, SIZE / 2, SIZE - 8, plot.xLabel());
    label(html, SIZE / 2, 16, plot.yLabel() + " (upwards)");
    label(html, MARGIN, SIZE - MARGIN + 16, number(low));
    label(html, SIZE - MARGIN, SIZE - MARGIN + 16, number(high));
    for (Point point : plot.points()) {
      if (Double.isFinite(point.x()) && Double.isFinite(point.y())) {
        double x = place((point.x() - low) / (high - low));
        double y = SIZE - place((point.y() - low) / (high - low));
        html.element("circle", "", "cx", number(x), "cy", number(y), "r", "2.5");
      }
    }
    html.close().close();
  }

  private static double place(double share) {
    return MARGIN + share * (SIZE - 2 * MARGIN);
  }

  private static double extreme(
      ScatterPlot plot, boolean largest, ToDoubleFunction<Point> coordinate) {
    var finite = plot.points().stream().mapToDouble(coordinate).filter(Double::isFinite);
    return (largest ? finite.max() : finite.min()).orElse(0);
  }

  private static void line(Html html, double x1, double y1, double x2, double y2, String kind) {
    html.element(
        "line",
        "",
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2),
        "class",
        kind);
  }

  private static void label(Html html, double x, double y, String text) {
    html.element("text", text, "x", number(x), "y", number(y), "text-anchor", "middle");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceAll("\\.?0+$", "");
  }
}
