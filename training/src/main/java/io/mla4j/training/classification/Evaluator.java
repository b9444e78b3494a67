package io.mla4j.training.classification;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/** Runs a classifier over labelled batches and counts. */
public final class Evaluator {

  private static final int CALIBRATION_BINS = 15;

  /** Told each document's outcome. */
  public interface Outcomes {
    /**
     * One document was classified.
     *
     * @param row which example of the source
     */
    void add(int row, int label, Scores scores);
  }

  private final Engine engine;

  public Evaluator(Engine engine) {
    this.engine = engine;
  }

  public <M extends Module & Forward<TextBatch>> ClassificationEvaluation evaluate(
      M model, DocumentSource data) {
    List<String> labels = data.labels().names();
    return evaluate(model, data, labels, documents -> {}, (row, label, scores) -> {});
  }

  /**
   * Evaluates, with dropout off.
   *
   * @param labels the classes by number
   * @param progress told how many documents are done; what it throws ends the evaluation
   */
  public <M extends Module & Forward<TextBatch>> ClassificationEvaluation evaluate(
      M model,
      BatchSource<TextBatch> data,
      List<String> labels,
      LongConsumer progress,
      Outcomes outcomes) {
    boolean wasTraining = model.isTraining();
    model.train(false);
    Tally tally = new Tally(labels.size());
    long start = System.nanoTime();
    long done = 0;
    try (BatchIterator<TextBatch> batches = data.batches(0)) {
      while (batches.hasNext()) {
        TextBatch batch = batches.next();
        add(tally, batch, logits(model, batch), outcomes);
        done += batch.documents();
        progress.accept(done);
      }
    } finally {
      model.train(wasTraining);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new ClassificationEvaluation(
        labels, tally.loss(), tally.confusion, tally.bins.build(), seconds);
  }

  private double[] logits(Forward<TextBatch> model, TextBatch batch) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      Tensor logits = model.forward(batch);
      return logits.toDoubles();
    }
  }

  private static void add(Tally tally, TextBatch batch, double[] logits, Outcomes outcomes) {
    int classes = tally.confusion.length;
    for (int i = 0; i < batch.documents(); i++) {
      int label = (int) batch.labels()[i];
      if (label < 0) {
        throw new IllegalArgumentException(
            "Evaluation needs a label for every document; example %d has none."
                .formatted(batch.rows()[i] + 1));
      }
      Scores scores = new Scores(Arrays.copyOfRange(logits, i * classes, (i + 1) * classes));
      tally.add(label, scores);
      outcomes.add(batch.rows()[i], label, scores);
    }
  }

  private static final class Tally {

    private final long[][] confusion;
    private final Calibration.Builder bins = new Calibration.Builder(CALIBRATION_BINS);
    private double surprise;
    private long count;

    Tally(int classes) {
      confusion = new long[classes][classes];
    }

    void add(int label, Scores scores) {
      int predicted = scores.predicted();
      confusion[label][predicted]++;
      bins.add(scores.probability(predicted), predicted == label);
      surprise += scores.surprise(label);
      count++;
    }

    double loss() {
      return count == 0 ? 0 : surprise / count;
    }
  }
}
