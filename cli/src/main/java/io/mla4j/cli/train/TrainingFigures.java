package io.mla4j.cli.train;

import io.mla4j.training.evaluation.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run's figures by name, for {@code --json}. */
final class TrainingFigures {

  private TrainingFigures() {}

  static Map<String, Object> of(Comparing.Trained trained) {
    Map<String, Object> figures = new LinkedHashMap<>();
    TrainedClassifier run = trained.model();
    Evaluation evaluation = run.figures();
    figures.put("accuracy", evaluation.accuracy());
    figures.put("macroF1", evaluation.macroF1());
    figures.put("loss", evaluation.loss());
    figures.put("expectedCalibrationError", evaluation.calibration().expectedError());
    figures.put("measuredOn", run.onTest() ? "test" : "validation");
    figures.put("documents", evaluation.documents());
    figures.put("attention", TrainingReport.attention(run));
    figures.put("parameters", run.parameters());
    figures.put("steps", run.outcome().state().step());
    figures.put("bestStep", run.outcome().state().bestStep());
    figures.put("trainingSeconds", run.outcome().state().seconds());
    figures.put("cacheBytesPerToken", run.cacheBytesPerToken());
    figures.put("denseCacheBytesPerToken", run.denseCacheBytesPerToken());
    trained
        .baseline()
        .ifPresent(
            dense -> {
              figures.put("denseAccuracy", dense.figures().accuracy());
              figures.put("denseMacroF1", dense.figures().macroF1());
              figures.put("denseParameters", dense.parameters());
              figures.put("denseTrainingSeconds", dense.outcome().state().seconds());
            });
    figures.put("data", trained.data().parts());
    figures.put("folder", run.folder().toString());
    return figures;
  }
}
