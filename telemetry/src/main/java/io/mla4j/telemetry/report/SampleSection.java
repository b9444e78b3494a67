package io.mla4j.telemetry.report;

import java.util.Map;

/** The part of the page to look things up in: sample predictions, configuration, provenance. */
final class SampleSection {

  private static final int EXCERPT = 1200;

  private SampleSection() {}

  static void samples(Html html, ReportContent content) {
    if (content.samples().isEmpty()) {
      return;
    }
    long wrong = content.samples().stream().filter(sample -> !sample.correct()).count();
    html.open("section", "id", "samples").element("h2", "Sample predictions");
    html.open("p", "class", "caption");
    html.text(content.samples().size() + " examples, " + wrong + " of them wrong. ");
    html.element("button", "Show only wrong ones", "type", "button", "id", "only-wrong");
    html.close();
    html.open("ol", "class", "samples");
    content.samples().forEach(sample -> sample(html, sample));
    html.close().close();
  }

  private static void sample(Html html, SamplePrediction sample) {
    html.open("li", "class", sample.correct() ? "card sample" : "card sample wrong");
    html.open("p", "class", "verdict");
    html.element("b", sample.predictedLabel());
    html.element("span", Unit.PERCENT.format(sample.probability()), "class", "probability");
    Overview.bar(html, sample.probability());
    html.element("span", sample.correct() ? "right" : "wrong", "class", "mark");
    if (!sample.correct()) {
      html.open("span", "class", "truth").text("truth: ").element("b", sample.trueLabel()).close();
    }
    html.close();
    html.element("blockquote", excerpt(sample.text()));
    html.close();
  }

  private static String excerpt(String text) {
    if (text.length() <= EXCERPT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(EXCERPT - 1)) ? EXCERPT - 1 : EXCERPT;
    return text.substring(0, end) + " …";
  }

  static void facts(Html html, ReportContent content) {
    if (content.facts().isEmpty()) {
      return;
    }
    html.open("section", "id", "details").element("h2", "Details");
    html.open("div", "class", "details");
    content.facts().forEach(facts -> facts(html, facts));
    html.close().close();
  }

  private static void facts(Html html, Facts facts) {
    html.open("div", "class", "card").element("h3", facts.title());
    html.open("table", "class", "facts").open("tbody");
    for (Map.Entry<String, String> fact : facts.values().entrySet()) {
      html.open("tr").element("th", fact.getKey(), "scope", "row");
      html.element("td", fact.getValue()).close();
    }
    html.close().close().close();
  }
}
