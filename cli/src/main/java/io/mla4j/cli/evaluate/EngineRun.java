package io.mla4j.cli.evaluate;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.tensor.Engine;
import io.mla4j.training.evaluation.Evaluation;
import io.mla4j.training.evaluation.Evaluator;
import java.util.function.LongConsumer;

/** A model measured on an engine. */
final class EngineRun {

  private final String engine;
  private final Evaluation evaluation;
  private final double[][] logits;

  /**
   * @param logits [documents][C], in the order of the file
   */
  private EngineRun(String engine, Evaluation evaluation, double[][] logits) {
    this.engine = engine;
    this.evaluation = evaluation;
    this.logits = logits;
  }

  static EngineRun of(
      ClassifierFolder folder, Engine engine, DataLoader data, LongConsumer progress) {
    double[][] logits = new double[Math.toIntExact(data.documentsPerEpoch())][];
    try (TextClassifier model = folder.read(engine)) {
      Evaluation evaluation =
          new Evaluator(engine)
              .evaluate(model, data, progress, (row, label, scores) -> logits[row] = scores);
      return new EngineRun(engine.name(), evaluation, logits);
    }
  }

  String engine() {
    return engine;
  }

  Evaluation evaluation() {
    return evaluation;
  }

  int documents() {
    return logits.length;
  }

  /** Of a document, [C]. */
  double[] logits(int row) {
    return logits[row];
  }

  double documentsPerSecond() {
    return evaluation.documents() / evaluation.seconds();
  }

  /** The class with the largest logit. */
  int predicted(int row) {
    double[] scores = logits[row];
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }

  /** Probabilities of all classes. */
  double[] probabilities(int row) {
    double[] scores = logits[row];
    double largest = scores[predicted(row)];
    double[] probabilities = new double[scores.length];
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      probabilities[c] = Math.exp(scores[c] - largest);
      sum += probabilities[c];
    }
    for (int c = 0; c < scores.length; c++) {
      probabilities[c] /= sum;
    }
    return probabilities;
  }
}
