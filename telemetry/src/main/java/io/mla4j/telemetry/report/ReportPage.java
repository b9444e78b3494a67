package io.mla4j.telemetry.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The outline of the page: head, sections, data and scripts. */
final class ReportPage {

  private static final List<String> SCRIPTS =
      List.of("page.js", "line-chart.js", "confusion.js", "calibration.js", "start.js");

  // The browser itself refuses to load anything for this page.
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

  private ReportPage() {}

  static String render(ReportContent content) {
    Html html = new Html();
    html.open("html", "lang", "en");
    head(html, content);
    html.open("body");
    Overview.header(html, content);
    html.open("main");
    Overview.figures(html, content);
    Overview.comparison(html, content);
    Overview.charts(html, content);
    ClassSections.confusion(html, content);
    ClassSections.scores(html, content);
    ClassSections.calibration(html, content);
    TaskSections.write(html, content);
    SampleSection.samples(html, content);
    SampleSection.facts(html, content);
    html.close();
    html.element("noscript", "The charts of this page are drawn by its own script.");
    scripts(html, content);
    return html.close().close().toString();
  }

  private static void head(Html html, ReportContent content) {
    html.open("head");
    html.single("meta", "charset", "utf-8");
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.element("title", content.title());
    html.open("style").trusted(resource("report.css")).close();
    html.close();
  }

  private static void scripts(Html html, ReportContent content) {
    html.open("script", "type", "application/json", "id", "data");
    html.trusted(ChartData.json(content)).close();
    html.open("script");
    SCRIPTS.forEach(name -> html.trusted(resource(name)));
    html.close();
  }

  private static String resource(String name) {
    try (InputStream stream = ReportPage.class.getResourceAsStream(name)) {
      return new String(
          Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException("Could not read the resource " + name + ".", failure);
    }
  }
}
