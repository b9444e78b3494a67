package io.mla4j.telemetry.report;

import java.util.ArrayList;
import java.util.List;

/** The part of the page that says how the run went: header, figures, comparison, curves. */
final class Overview {

  private Overview() {}

  static void header(Html html, ReportContent content) {
    html.open("header", "class", "page");
    html.element("p", "mla4j run report", "class", "eyebrow");
    html.element("h1", content.title());
    if (!content.subtitle().isBlank()) {
      html.element("p", content.subtitle(), "class", "subtitle");
    }
    for (String warning : content.warnings()) {
      html.element("p", warning, "class", "warning", "role", "note");
    }
    html.close();
    navigation(html, content);
  }

  private static void navigation(Html html, ReportContent content) {
    html.open("nav", "aria-label", "Sections");
    for (List<String> entry : sections(content)) {
      html.element("a", entry.get(1), "href", "#" + entry.get(0));
    }
    html.close();
  }

  private static List<List<String>> sections(ReportContent content) {
    List<List<String>> entries = new ArrayList<>();
    add(entries, content.comparison().isPresent(), "comparison", "Comparison");
    add(entries, !content.charts().isEmpty(), "curves", "Curves");
    add(entries, content.confusion().isPresent(), "confusion", "Confusion");
    add(entries, !content.classes().isEmpty(), "classes", "Classes");
    add(entries, content.calibration().isPresent(), "calibration", "Calibration");
    content.sections().forEach(section -> add(entries, true, section.id(), section.title()));
    add(entries, !content.samples().isEmpty(), "samples", "Samples");
    add(entries, !content.facts().isEmpty(), "details", "Details");
    return entries;
  }

  private static void add(List<List<String>> entries, boolean there, String id, String name) {
    if (there) {
      entries.add(List.of(id, name));
    }
  }

  static void figures(Html html, ReportContent content) {
    if (content.figures().isEmpty()) {
      return;
    }
    html.open("dl", "class", "figures");
    for (Figure figure : content.figures()) {
      html.open("div", "class", "card figure");
      html.element("dt", figure.label());
      html.element("dd", figure.value(), "class", "value");
      if (!figure.hint().isBlank()) {
        html.element("dd", figure.hint(), "class", "hint");
      }
      html.close();
    }
    html.close();
  }

  static void comparison(Html html, ReportContent content) {
    content.comparison().ifPresent(comparison -> comparison(html, comparison));
  }

  private static void comparison(Html html, Comparison comparison) {
    html.open("section", "id", "comparison");
    html.element("h2", String.join(" and ", comparison.variants()) + " compared");
    html.element("p", comparison.caption(), "class", "caption");
    html.open("div", "class", "card scroll").open("table", "class", "comparison");
    comparisonHead(html, comparison);
    html.open("tbody");
    comparison.measures().forEach(measure -> measure(html, measure));
    html.close().close().close().close();
  }

  private static void comparisonHead(Html html, Comparison comparison) {
    html.open("thead").open("tr").element("th", "", "scope", "col");
    for (String variant : comparison.variants()) {
      html.element("th", variant, "scope", "col", "class", "number");
    }
    for (int i = 1; i < comparison.variants().size(); i++) {
      String title = comparison.variants().getFirst() + " to " + comparison.variants().get(i);
      html.element("th", title, "scope", "col", "class", "number");
    }
    html.close().close();
  }

  private static void measure(Html html, Measure measure) {
    html.open("tr").element("th", measure.name(), "scope", "row");
    int best = measure.best().orElse(-1);
    double largest = measure.values().stream().mapToDouble(Math::abs).max().orElse(0);
    for (int i = 0; i < measure.values().size(); i++) {
      double value = measure.values().get(i);
      html.open("td", "class", i == best ? "number best" : "number");
      html.element("span", measure.unit().format(value));
      bar(html, largest > 0 ? Math.abs(value) / largest : 0);
      html.close();
    }
    for (int i = 1; i < measure.values().size(); i++) {
      html.element("td", measure.difference(i), "class", "number difference");
    }
    html.close();
  }

  /** A thin bar that shows a share of 1. */
  static void bar(Html html, double share) {
    long percent = Double.isFinite(share) ? Math.round(100 * share) : 0;
    html.open("span", "class", "bar", "aria-hidden", "true");
    html.element("i", "", "style", "width:" + percent + "%").close();
  }

  static void charts(Html html, ReportContent content) {
    if (content.charts().isEmpty()) {
      return;
    }
    html.open("section", "id", "curves").element("h2", "Curves");
    html.open("div", "class", "charts");
    for (int i = 0; i < content.charts().size(); i++) {
      html.open("figure", "class", "card chart");
      html.element("figcaption", content.charts().get(i).title());
      html.element("div", "", "class", "plot", "data-chart", Integer.toString(i));
      html.close();
    }
    html.close().close();
  }
}
