package io.mla4j.tasks.classification;

import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Findings.Compared;
import io.mla4j.telemetry.report.Calibration;
import io.mla4j.telemetry.report.ClassScore;
import io.mla4j.telemetry.report.ConfusionMatrix;
import io.mla4j.telemetry.report.Figure;
import io.mla4j.telemetry.report.Measure.Better;
import io.mla4j.telemetry.report.ReportContent;
import io.mla4j.telemetry.report.SamplePrediction;
import io.mla4j.telemetry.report.Unit;
import io.mla4j.tensor.DType;
import io.mla4j.training.classification.ClassificationEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came out of training a classifier. */
record ClassificationFindings(
    TextClassifierConfig model, ClassificationEvaluation evaluation, boolean onTest) {

  Findings of(long parameters, List<SamplePrediction> samples) {
    return new Findings(
        attention(),
        attention() + " attention",
        evaluation,
        onTest,
        "documents",
        parameters,
        headline(),
        measures(),
        content -> sections(content, samples),
        figures(),
        sentences(),
        "predict",
        "\"some text\"");
  }

  private String attention() {
    return model.encoder().attention().getClass().getSimpleName().replace("Config", "");
  }

  /** Bytes a token adds to the caches of all layers in float32. */
  private long cacheBytes() {
    return model.cacheBytesPerToken(DType.FLOAT32);
  }

  /** The same for dense attention of as many heads. */
  private long denseCacheBytes() {
    return model.denseBaseline().cacheBytesPerToken(DType.FLOAT32);
  }

  private List<Figure> headline() {
    return List.of(
        new Figure(
            "Accuracy", percent(evaluation.accuracy()), "share of documents classified right"),
        new Figure("Macro-F1", percent(evaluation.macroF1()), "mean of the classes' F1"),
        new Figure(
            "Calibration error",
            percent(evaluation.calibration().expectedError()),
            "mean distance of confidence and accuracy over 15 bins"),
        new Figure(
            "Cache a token",
            "%,d bytes".formatted(cacheBytes()),
            "float32, all layers; dense attention of as many heads: %,d bytes"
                .formatted(denseCacheBytes())));
  }

  private List<Compared> measures() {
    return List.of(
        new Compared("Accuracy", "Accuracy", Unit.PERCENT, Better.HIGHER, evaluation.accuracy()),
        new Compared("Macro-F1", "MacroF1", Unit.PERCENT, Better.HIGHER, evaluation.macroF1()),
        new Compared("Loss", "", Unit.NUMBER, Better.LOWER, evaluation.loss()),
        new Compared("Cache a token", "", Unit.BYTES, Better.LOWER, cacheBytes()));
  }

  private void sections(ReportContent.Builder content, List<SamplePrediction> samples) {
    content.confusion(new ConfusionMatrix(evaluation.labels(), evaluation.confusion()));
    content.classes(evaluation.perClass().stream().map(ClassificationFindings::score).toList());
    content.calibration(calibration());
    content.samples(samples);
  }

  private static ClassScore score(ClassificationEvaluation.ClassFigures figures) {
    return new ClassScore(
        figures.label(), figures.precision(), figures.recall(), figures.f1(), figures.support());
  }

  private Calibration calibration() {
    List<Calibration.Bin> bins =
        evaluation.calibration().bins().stream()
            .map(
                bin ->
                    new Calibration.Bin(
                        bin.from(), bin.to(), bin.count(), bin.confidence(), bin.accuracy()))
            .toList();
    return new Calibration(evaluation.calibration().expectedError(), bins);
  }

  private Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", evaluation.accuracy());
    figures.put("macroF1", evaluation.macroF1());
    figures.put("loss", evaluation.loss());
    figures.put("expectedCalibrationError", evaluation.calibration().expectedError());
    figures.put("measuredOn", onTest ? "test" : "validation");
    figures.put("documents", evaluation.documents());
    figures.put("attention", attention());
    figures.put("cacheBytesPerToken", cacheBytes());
    figures.put("denseCacheBytesPerToken", denseCacheBytes());
    return figures;
  }

  private List<String> sentences() {
    return List.of(
        ("%s attention on %,d %s documents: accuracy %.2f %%, macro-F1 %.2f %%, calibration error"
                + " %.2f %%.")
            .formatted(
                attention(),
                evaluation.documents(),
                onTest ? "test" : "validation",
                100 * evaluation.accuracy(),
                100 * evaluation.macroF1(),
                100 * evaluation.calibration().expectedError()),
        "A cached token takes %,d bytes; with dense attention of as many heads %,d."
            .formatted(cacheBytes(), denseCacheBytes()));
  }

  private static String percent(double fraction) {
    return "%.2f %%".formatted(100 * fraction);
  }
}
