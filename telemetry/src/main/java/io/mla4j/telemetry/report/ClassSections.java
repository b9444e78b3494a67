package io.mla4j.telemetry.report;

import java.util.List;

/** The part of the page about classes: confusion matrix, scores by class, calibration. */
final class ClassSections {

  private static final int MISTAKES = 10;

  // From here on a matrix needs more width than text does.
  private static final int DENSE = 30;

  private ClassSections() {}

  static void confusion(Html html, ReportContent content) {
    content.confusion().ifPresent(matrix -> confusion(html, matrix));
  }

  private static void confusion(Html html, ConfusionMatrix matrix) {
    html.open("section", "id", "confusion").element("h2", "Confusion matrix");
    html.element(
        "p",
        "Rows are true classes, columns predicted ones; a cell's strength is its share of the row.",
        "class",
        "caption");
    html.open("div", "class", matrix.labels().size() > DENSE ? "card wide" : "card");
    html.element("div", "", "id", "confusion-plot", "class", "matrix");
    html.close();
    List<ConfusionMatrix.Confusion> mistakes = matrix.mostFrequent(MISTAKES);
    if (!mistakes.isEmpty()) {
      mistakes(html, mistakes);
    }
    html.close();
  }

  private static void mistakes(Html html, List<ConfusionMatrix.Confusion> mistakes) {
    html.element("h3", "Most frequent confusions");
    html.open("div", "class", "card scroll").open("table");
    head(html, List.of("True class", "Taken for"), List.of("Times", "Of the class"));
    html.open("tbody");
    for (ConfusionMatrix.Confusion mistake : mistakes) {
      html.open("tr").element("td", mistake.truth()).element("td", mistake.predicted());
      number(html, Unit.COUNT.format(mistake.count()));
      share(html, mistake.share());
      html.close();
    }
    html.close().close().close();
  }

  static void scores(Html html, ReportContent content) {
    if (content.classes().isEmpty()) {
      return;
    }
    html.open("section", "id", "classes").element("h2", "Classes");
    html.open("div", "class", "card scroll tall").open("table", "class", "sortable");
    head(html, List.of("Class"), List.of("Precision", "Recall", "F1", "Examples"));
    html.open("tbody");
    for (ClassScore score : content.classes()) {
      html.open("tr").element("th", score.label(), "scope", "row");
      share(html, score.precision());
      share(html, score.recall());
      share(html, score.f1());
      number(html, Unit.COUNT.format(score.support()));
      html.close();
    }
    html.close().close().close().close();
  }

  private static void head(Html html, List<String> texts, List<String> numbers) {
    html.open("thead").open("tr");
    texts.forEach(name -> html.element("th", name, "scope", "col"));
    numbers.forEach(name -> html.element("th", name, "scope", "col", "class", "number"));
    html.close().close();
  }

  private static void number(Html html, String text) {
    html.element("td", text, "class", "number");
  }

  private static void share(Html html, double share) {
    html.open("td", "class", "number").element("span", Unit.PERCENT.format(share));
    Overview.bar(html, share);
    html.close();
  }

  static void calibration(Html html, ReportContent content) {
    content.calibration().ifPresent(calibration -> calibration(html, calibration));
  }

  private static void calibration(Html html, Calibration calibration) {
    html.open("section", "id", "calibration").element("h2", "Calibration");
    html.element(
        "p",
        "Where the bars reach the diagonal, predictions are as often right as they are sure."
            + " Expected calibration error: "
            + Unit.PERCENT.format(calibration.expectedError())
            + ".",
        "class",
        "caption");
    html.open("div", "class", "card narrow");
    html.element("div", "", "id", "calibration-plot", "class", "plot");
    html.close().close();
  }
}
