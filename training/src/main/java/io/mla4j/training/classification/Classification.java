package io.mla4j.training.classification;

import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.DocumentSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.label.LabelSet;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.operation.CrossEntropy;
import io.mla4j.training.classification.Evaluator.Outcomes;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Telling which class a document belongs to: the cross-entropy of its label, over as many documents
 * as are labelled, or over the sum of their classes' weights.
 *
 * @param <M> gives logits [documents, C]
 */
public final class Classification<M extends Module & Forward<TextBatch>>
    implements Objective<TextBatch> {

  /** By which the best classifier can be told, the usual one first. */
  public static final List<Monitor> MONITORS =
      List.of(Monitor.higher("accuracy"), Monitor.higher("macroF1"), Monitor.lower("loss"));

  private final M model;
  private final Engine engine;
  private final List<String> labels;
  private final double smoothing;
  private final Optional<double[]> weights;

  private Classification(
      M model, Engine engine, List<String> labels, double smoothing, Optional<double[]> weights) {
    this.model = model;
    this.engine = engine;
    this.labels = labels;
    this.smoothing = smoothing;
    this.weights = weights;
  }

  /**
   * The classes of data to train on.
   *
   * @param train whose rare classes are weighted up, if the configuration says so
   */
  public static <M extends Module & Forward<TextBatch>> Classification<M> of(
      M model, Engine engine, DocumentSource train, ClassificationConfig config) {
    Optional<double[]> weights =
        config.balanceClasses()
            ? Optional.of(LabelSet.balancedWeights(train.labelCounts()))
            : Optional.empty();
    return new Classification<>(
        model, engine, train.labels().names(), config.labelSmoothing(), weights);
  }

  @Override
  public double count(TextBatch batch) {
    double count = 0;
    for (int i = 0; i < batch.documents(); i++) {
      int label = (int) batch.labels()[i];
      if (label < 0) {
        throw new IllegalArgumentException(
            "Training needs a label for every document; example %d has none."
                .formatted(batch.rows()[i] + 1));
      }
      count += weights.map(of -> of[label]).orElse(1.0);
    }
    return count;
  }

  @Override
  public Loss loss(TextBatch batch) {
    Tensor target = engine.ofLongs(batch.labels(), batch.documents());
    Tensor logits = model.forward(batch);
    Optional<Tensor> ofClasses =
        weights.map(values -> engine.ofDoubles(values, values.length).cast(logits.dtype()));
    Tensor mean = engine.run(CrossEntropy.mean(logits, target, ofClasses, smoothing));
    return Loss.ofMean(mean, count(batch));
  }

  @Override
  public ClassificationEvaluation evaluate(BatchSource<TextBatch> data, LongConsumer progress) {
    return evaluate(data, progress, (row, label, scores) -> {});
  }

  /** Evaluates and tells each document's outcome. */
  public ClassificationEvaluation evaluate(
      BatchSource<TextBatch> data, LongConsumer progress, Outcomes outcomes) {
    return new Evaluator(engine).evaluate(model, data, labels, progress, outcomes);
  }

  @Override
  public List<Monitor> monitors() {
    return MONITORS;
  }

  @Override
  public List<Tensor> inputVectors() {
    return model.inputVectors();
  }
}
