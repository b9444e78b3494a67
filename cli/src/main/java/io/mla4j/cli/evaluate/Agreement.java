package io.mla4j.cli.evaluate;

import io.mla4j.training.classification.Scores;

/**
 * How far two engines agree on the same documents.
 *
 * @param largestLogitDifference over all documents and classes
 * @param differentPredictions documents given another class
 */
record Agreement(
    String engine,
    String otherEngine,
    long documents,
    double largestLogitDifference,
    long differentPredictions,
    boolean identicalPredictions,
    double documentsPerSecond,
    double otherDocumentsPerSecond) {

  static Agreement of(EngineRun run, EngineRun other) {
    double largest = 0;
    long different = 0;
    for (int row = 0; row < run.documents(); row++) {
      largest = Math.max(largest, difference(run.scores(row), other.scores(row)));
      different += run.scores(row).predicted() == other.scores(row).predicted() ? 0 : 1;
    }
    return new Agreement(
        run.engine(),
        other.engine(),
        run.documents(),
        largest,
        different,
        different == 0,
        run.documentsPerSecond(),
        other.documentsPerSecond());
  }

  /** A number that is none differs from every other. */
  private static double difference(Scores left, Scores right) {
    double largest = 0;
    for (int c = 0; c < left.classes(); c++) {
      double difference = Math.abs(left.logit(c) - right.logit(c));
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }
}
