package io.mla4j.tasks.regression;

import io.mla4j.data.text.TextExample;
import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Findings.Compared;
import io.mla4j.telemetry.report.Figure;
import io.mla4j.telemetry.report.Measure.Better;
import io.mla4j.telemetry.report.Point;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.ScatterPlot;
import io.mla4j.telemetry.report.TextSamples;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.training.regression.Correlation;
import io.mla4j.training.regression.RegressionEvaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What came out of training a pair regressor. */
record RegressionFindings(
    PairRegressorConfig model, RegressionEvaluation evaluation, boolean onTest) {

  private static final int SAMPLES = 12;

  Findings of(long parameters, List<TextExample> pairs) {
    return new Findings(
        variant(),
        subject(),
        evaluation,
        onTest,
        "pairs",
        parameters,
        headline(),
        measures(),
        content -> sections(content, pairs),
        figures(),
        List.of(sentence()),
        "predict",
        "\"one text\" \"another text\"");
  }

  private boolean isBag() {
    return model.encoder().layers() == 0 && model.encoder().convolutionWidth() == 0;
  }

  private String variant() {
    return isBag()
        ? "Bag of vectors"
        : model.encoder().attention().getClass().getSimpleName().replace("Config", "");
  }

  private String subject() {
    return isBag() ? "bag of token vectors" : variant() + " attention";
  }

  private List<Figure> headline() {
    return List.of(
        new Figure("Pearson", correlation(evaluation.pearson()), interval()),
        new Figure("Spearman", correlation(evaluation.spearman()), "correlation of the ranks"),
        new Figure(
            "Error",
            "%.3f".formatted(Math.sqrt(evaluation.loss())),
            "root of the mean square, in the data's own unit"));
  }

  private static String correlation(Correlation correlation) {
    return "%.4f".formatted(correlation.value());
  }

  private String interval() {
    Correlation.Interval interval = evaluation.pearson().interval();
    return "95 %% interval %.4f to %.4f (Fisher's z)".formatted(interval.low(), interval.high());
  }

  private List<Compared> measures() {
    double error = Math.sqrt(evaluation.loss());
    return List.of(
        new Compared(
            "Pearson", "Pearson", Unit.NUMBER, Better.HIGHER, evaluation.pearson().value()),
        new Compared(
            "Spearman", "Spearman", Unit.NUMBER, Better.HIGHER, evaluation.spearman().value()),
        new Compared("Error", "RootMeanSquareError", Unit.NUMBER, Better.LOWER, error));
  }

  private void sections(ReportContent.Builder content, List<TextExample> pairs) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      points.add(new Point(evaluation.targets().get(i), evaluation.predicted().get(i)));
    }
    content.section(
        new ScatterPlot(
            "predicted",
            "Predicted and true",
            "Each point is a pair; on the diagonal the model says what is true.",
            "true",
            "predicted",
            points));
    content.section(
        new TextSamples(
            "mistakes",
            "Largest errors",
            "The pairs that the model is farthest off on.",
            worst(pairs)));
  }

  private List<TextSamples.Sample> worst(List<TextExample> pairs) {
    return IntStream.range(0, pairs.size())
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -error(row)))
        .limit(SAMPLES)
        .map(row -> sample(row, pairs.get(row)))
        .toList();
  }

  private double error(int row) {
    return Math.abs(evaluation.predicted().get(row) - evaluation.targets().get(row));
  }

  private TextSamples.Sample sample(int row, TextExample pair) {
    String heading =
        "predicted %.2f, true %.2f"
            .formatted(evaluation.predicted().get(row), evaluation.targets().get(row));
    return new TextSamples.Sample(heading, pair.text() + "\n" + pair.pair().orElse(""));
  }

  private Map<String, Object> figures() {
    Correlation pearson = evaluation.pearson();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("pearson", pearson.value());
    figures.put("pearsonLow", pearson.interval().low());
    figures.put("pearsonHigh", pearson.interval().high());
    figures.put("spearman", evaluation.spearman().value());
    figures.put("loss", evaluation.loss());
    figures.put("rootMeanSquareError", Math.sqrt(evaluation.loss()));
    figures.put("measuredOn", onTest ? "test" : "validation");
    figures.put("pairs", evaluation.examples());
    return figures;
  }

  private String sentence() {
    return "%s on %,d %s pairs: Pearson %s, %s; Spearman %s."
        .formatted(
            variant(),
            evaluation.examples(),
            onTest ? "test" : "validation",
            correlation(evaluation.pearson()),
            interval(),
            correlation(evaluation.spearman()));
  }
}
