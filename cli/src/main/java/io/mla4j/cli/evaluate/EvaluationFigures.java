package io.mla4j.cli.evaluate;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.LengthReport;
import io.mla4j.training.classification.Calibration;
import io.mla4j.training.classification.ClassificationEvaluation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What {@code evaluate --json} writes. */
record EvaluationFigures(
    Path model,
    Path data,
    String engine,
    int threads,
    long documents,
    double accuracy,
    double macroF1,
    double loss,
    double expectedCalibrationError,
    double seconds,
    double documentsPerSecond,
    List<String> labels,
    List<ClassificationEvaluation.ClassFigures> classes,
    List<List<Long>> confusion,
    List<Calibration.Bin> calibration,
    long skippedRows,
    LengthReport lengths,
    Optional<Agreement> agreement) {

  static EvaluationFigures of(
      Path model,
      Path data,
      int threads,
      EngineRun run,
      DataLoader loader,
      Optional<Agreement> agreement) {
    ClassificationEvaluation figures = run.evaluation();
    return new EvaluationFigures(
        model,
        data,
        run.engine(),
        threads,
        figures.documents(),
        figures.accuracy(),
        figures.macroF1(),
        figures.loss(),
        figures.calibration().expectedError(),
        figures.seconds(),
        run.documentsPerSecond(),
        figures.labels(),
        figures.perClass(),
        Arrays.stream(figures.confusion()).map(row -> Arrays.stream(row).boxed().toList()).toList(),
        figures.calibration().bins(),
        loader.rows().skipped(),
        loader.lengths(),
        agreement);
  }
}
