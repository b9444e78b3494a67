package io.mla4j.cli.evaluate;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.nn.NotFiniteException;
import io.mla4j.tensor.Engine;
import io.mla4j.training.classification.ClassificationEvaluation;
import io.mla4j.training.classification.Evaluator;
import io.mla4j.training.classification.Scores;
import java.util.function.LongConsumer;

/** A model measured on an engine. */
final class EngineRun {

  private final String engine;
  private final ClassificationEvaluation evaluation;
  private final Scores[] scores;

  /**
   * @param scores of each document, in the order of the file
   */
  private EngineRun(String engine, ClassificationEvaluation evaluation, Scores[] scores) {
    this.engine = engine;
    this.evaluation = evaluation;
    this.scores = scores;
  }

  static EngineRun of(
      ClassifierFolder folder, Engine engine, DataLoader data, LongConsumer progress) {
    Scores[] scores = new Scores[Math.toIntExact(data.documentsPerEpoch())];
    try (TextClassifier model = folder.read(engine)) {
      ClassificationEvaluation evaluation =
          new Evaluator(engine)
              .evaluate(
                  model,
                  data,
                  data.labels().names(),
                  progress,
                  (row, label, found) -> scores[row] = finite(found));
      return new EngineRun(engine.name(), evaluation, scores);
    }
  }

  private static Scores finite(Scores scores) {
    for (int c = 0; c < scores.classes(); c++) {
      NotFiniteException.require(scores.logit(c), "scores of the classes");
    }
    return scores;
  }

  String engine() {
    return engine;
  }

  ClassificationEvaluation evaluation() {
    return evaluation;
  }

  int documents() {
    return scores.length;
  }

  Scores scores(int row) {
    return scores[row];
  }

  double documentsPerSecond() {
    return evaluation.documents() / evaluation.seconds();
  }
}
