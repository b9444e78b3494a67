package io.mla4j.telemetry.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.telemetry.RunEvent;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  private static final String EVIL = "</script><script>alert('1')</script>\"&<!--\u0000\ud800]]>";

  @TempDir Path folder;

  @Test
  void thePageIsWellFormedAndComplete() throws Exception {
    Path file = folder.resolve("report.html");
    Report.write(file, SampleReports.spam());
    Document page = parse(Files.readString(file));
    assertEquals(
        "Spam classifier on 5,800 real e-mails",
        page.getElementsByTagName("h1").item(0).getTextContent());
    String text = page.getDocumentElement().getTextContent();
    for (String part :
        List.of(
            "99.10 %",
            "3 min 12 s",
            "−0.12 points",
            "−84.4 %",
            "4 KiB",
            "recovered once",
            "Expected calibration error: 0.71 %",
            "truth: ham",
            "kvLoraRank",
            "ba7816bf")) {
      assertTrue(text.contains(part), part);
    }
    assertEquals(7, page.getElementsByTagName("section").getLength());
    assertEquals(7, page.getElementsByTagName("a").getLength());
  }

  @Test
  void figuresReadTheSameEverywhere() {
    String here = ReportPage.render(SampleReports.spam());
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
    try {
      assertEquals(here, ReportPage.render(SampleReports.spam()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    for (ReportContent content : List.of(SampleReports.spam(), SampleReports.classes(77))) {
      String page =
          ReportPage.render(content).replace("\"http://www.w3.org/2000/svg\"", "the namespace");
      for (String trace :
          List.of("http:", "https:", "//cdn", " src=", "@import", "url(\"", "<link", "<img")) {
        assertFalse(page.contains(trace), trace);
      }
      assertTrue(page.contains("default-src &#39;none&#39;"));
    }
  }

  @Test
  void everythingIsEscapedEverywhere() throws Exception {
    ReportContent content =
        ReportContent.titled(EVIL, EVIL)
            .warning(EVIL)
            .figure(EVIL, EVIL, EVIL)
            .comparison(
                new Comparison(
                    EVIL,
                    List.of(EVIL, EVIL),
                    List.of(
                        new Measure(EVIL, Unit.NUMBER, Measure.Better.HIGHER, List.of(1.0, 2.0)))))
            .charts(
                List.of(
                    new Chart(
                        EVIL,
                        EVIL,
                        Unit.NUMBER,
                        List.of(new Series(EVIL, List.of(new Point(1, 1)), false)),
                        List.of(new Mark(1, EVIL)))))
            .confusion(new ConfusionMatrix(List.of(EVIL, "b"), new long[][] {{1, 2}, {3, 4}}))
            .classes(List.of(new ClassScore(EVIL, 1, 1, 1, 1)))
            .calibration(new Calibration(0, List.of()))
            .samples(List.of(new SamplePrediction(EVIL, EVIL, "b", 0.5)))
            .facts(new Facts(EVIL, Map.of(EVIL, EVIL)))
            .build();
    String page = ReportPage.render(content);
    assertFalse(page.contains("<script>alert"), "markup got through");
    assertFalse(page.contains("<!--"), "a comment got through");
    assertEquals(2, Pattern.compile("<script").matcher(page).results().count());
    String heading = parse(page).getElementsByTagName("h1").item(0).getTextContent();
    assertEquals("</script><script>alert('1')</script>\"&<!--\ufffd\ufffd]]>", heading);
    JsonNode data = data(page);
    assertTrue(data.at("/charts/0/title").stringValue().startsWith("</script><script>alert('1')"));
  }

  @Test
  void anAlmostEmptyReportIsAPageToo() throws Exception {
    Document page = parse(ReportPage.render(ReportContent.titled("Nothing yet", "").build()));
    assertEquals(0, page.getElementsByTagName("section").getLength());
    assertEquals(0, page.getElementsByTagName("a").getLength());
  }

  @Test
  void theScriptsGetTheNumbers() {
    JsonNode data = data(ReportPage.render(SampleReports.spam()));
    assertEquals(5, data.path("charts").size());
    JsonNode loss = data.at("/charts/0");
    assertEquals("training", loss.at("/series/0/name").stringValue());
    assertEquals(1200, loss.at("/series/0/x").size());
    assertTrue(loss.at("/series/0/y/320").isNull(), "NaN is a gap");
    assertEquals(400, loss.at("/series/0/trend/y").size());
    assertTrue(loss.at("/series/1/trend").isMissingNode());
    assertEquals("validation", loss.at("/series/1/name").stringValue());
    assertEquals(12, loss.at("/series/1/y").size());
    assertEquals(300, loss.at("/marks/0/x").intValue());
    assertEquals("[[0,812,1,4],[0,7,1,337]]", data.at("/confusion/rows").toString());
    assertEquals(10, data.path("calibration").size());
    assertEquals(1090, data.at("/calibration/9/count").intValue());
  }

  @Test
  void longCurvesAreThinnedButKeepTheirSpikes() {
    List<Point> points =
        java.util.stream.IntStream.range(0, 100_000)
            .mapToObj(i -> new Point(i, i == 54_321 ? 1e6 : i == 99 ? -5 : i == 7 ? Double.NaN : 1))
            .toList();
    List<Point> thinned = Thinning.of(points);
    assertTrue(thinned.size() <= 1600, "" + thinned.size());
    assertTrue(thinned.contains(new Point(54_321, 1e6)));
    assertTrue(thinned.contains(new Point(99, -5)));
    for (int i = 1; i < thinned.size(); i++) {
      assertTrue(thinned.get(i - 1).x() < thinned.get(i).x());
    }
  }

  @Test
  void theTrendFollowsASlopeThroughNoiseAndSpikes() {
    Random random = new Random(11);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double noise = random.nextGaussian();
      points.add(new Point(i, i % 500 == 0 ? 1e9 : i % 333 == 0 ? Double.NaN : 0.01 * i + noise));
    }
    List<Point> trend = Trend.of(points);
    assertEquals(400, trend.size());
    for (Point point : trend.subList(5, 395)) {
      assertEquals(0.01 * point.x(), point.y(), 0.5);
    }
    assertEquals(List.of(), Trend.of(points.subList(0, 40)));
  }

  @Test
  void runsWithoutEvaluationsOrStepsHaveTheChartsTheyCan() {
    assertEquals(List.of(), RunCharts.of(List.of()));
    Instant time = Instant.EPOCH;
    RunEvent evaluation = new RunEvent.Evaluation(time, 5, "test", Map.of("accuracy", 0.5));
    List<Chart> charts =
        RunCharts.of(List.of(evaluation, new RunEvent.Recovery(time, 6, "reason", 0.5)));
    assertEquals(1, charts.size());
    assertEquals("test accuracy", charts.getFirst().series().getFirst().name());
  }

  @Test
  void whateverWasMeasuredOrToldIsDrawn() {
    Instant time = Instant.EPOCH;
    Map<String, Double> told = Map.of("loadBalance", 0.5);
    List<Chart> charts =
        RunCharts.of(
            List.of(
                new RunEvent.Step(time, 1, 0.1, 2, 1e-3, 1, 100, 1, told),
                new RunEvent.Evaluation(time, 1, "validation", Map.of("perplexity", 7.5))));
    List<String> titles = charts.stream().map(Chart::title).toList();
    assertTrue(titles.containsAll(List.of("Perplexity", "Load balance")), titles.toString());
    Chart perplexity = charts.get(titles.indexOf("Perplexity"));
    assertEquals(Unit.NUMBER, perplexity.unit());
    assertEquals(new Point(1, 7.5), perplexity.series().getFirst().points().getFirst());
  }

  @Test
  void sectionsOfATaskAreWellFormedAndPlain() throws Exception {
    ReportContent content =
        ReportContent.titled("pairs", "")
            .section(
                new ScatterPlot(
                    "scatter",
                    "Predicted and true",
                    "",
                    "true",
                    "predicted",
                    List.of(new Point(0, 1), new Point(5, 4), new Point(2, Double.NaN))))
            .section(
                new TextSamples(
                    "written",
                    "Written by the model",
                    EVIL,
                    List.of(new TextSamples.Sample(EVIL, "first line\nsecond line " + EVIL))))
            .section(
                new ShareBars(
                    "loads",
                    "Load",
                    "",
                    "Expert",
                    List.of(new ShareBars.Group("Layer 1", EVIL, List.of(0.6, 0.15, 0.25)))))
            .build();
    String rendered = ReportPage.render(content);
    Document page = parse(rendered);
    assertEquals(2, page.getElementsByTagName("circle").getLength());
    assertEquals(3, page.getElementsByTagName("section").getLength());
    assertEquals(3, page.getElementsByTagName("tr").getLength());
    assertTrue(rendered.contains("width:100%") && rendered.contains("width:25%"), "bars");
    assertTrue(page.getDocumentElement().getTextContent().contains("Expert 2"));
    assertTrue(page.getDocumentElement().getTextContent().contains("first line\nsecond line"));
    assertEquals(2, page.getElementsByTagName("script").getLength());
  }

  @Test
  void shapesAreChecked() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 2}}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 2}, {3}}));
    Measure one = new Measure("m", Unit.NUMBER, Measure.Better.LOWER, List.of(1.0));
    assertThrows(
        IllegalArgumentException.class, () -> new Comparison("", List.of("a", "b"), List.of(one)));
  }

  @Test
  void unitsReadWell() {
    assertEquals("98.50 %", Unit.PERCENT.format(0.985));
    assertEquals("1,912,450", Unit.COUNT.format(1_912_450));
    assertEquals("640 bytes", Unit.BYTES.format(640));
    assertEquals("4 KiB", Unit.BYTES.format(4096));
    assertEquals("7.3 MiB", Unit.BYTES.format(7_654_321));
    assertEquals("12.5 ms", Unit.SECONDS.format(0.0125));
    assertEquals("59.9 s", Unit.SECONDS.format(59.94));
    assertEquals("1 min 00 s", Unit.SECONDS.format(59.97));
    assertEquals("3 min 12 s", Unit.SECONDS.format(192));
    assertEquals("2 h 05 min", Unit.SECONDS.format(7512));
    assertEquals("−0.1250", Unit.NUMBER.format(-0.125));
    assertEquals("5.00e−05", Unit.NUMBER.format(5e-5));
    assertEquals("NaN", Unit.NUMBER.format(Double.NaN));
    assertEquals("−∞", Unit.SECONDS.format(Double.NEGATIVE_INFINITY));
  }

  private static JsonNode data(String page) {
    String start = "id=\"data\">";
    int from = page.indexOf(start) + start.length();
    return new JsonMapper().readTree(page.substring(from, page.indexOf("</script>", from)));
  }

  /** Parses the page as XML, which is stricter than HTML, without its style and scripts. */
  private static Document parse(String page) throws Exception {
    String markup =
        page.replaceAll("(?s)<(style|script)([^>]*)>.*?</\\1>", "<$1$2></$1>")
            .replace("<!DOCTYPE html>", "");
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return builder.parse(new InputSource(new StringReader(markup)));
  }
}
