package io.mla4j.training.regression;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.PairBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Saying a number of a pair of texts, such as how alike they are: the square of the error, over as
 * many pairs as there are.
 *
 * @param <M> gives what it predicts, [P]
 */
public final class Regression<M extends Module & Forward<PairBatch>>
    implements Objective<PairBatch> {

  /** By which the best regressor can be told, the usual one first. */
  public static final List<Monitor> MONITORS =
      List.of(
          Monitor.higher("pearson"),
          Monitor.higher("spearman"),
          Monitor.lower("loss"),
          Monitor.lower("rootMeanSquareError"));

  private final M model;
  private final Engine engine;

  public Regression(M model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  @Override
  public double count(PairBatch batch) {
    requireTargets(batch);
    return batch.pairs();
  }

  private static void requireTargets(PairBatch batch) {
    for (int i = 0; i < batch.pairs(); i++) {
      if (Float.isNaN(batch.targets()[i])) {
        throw new IllegalArgumentException(
            "Every pair needs a number to learn or to measure by; example %d has none."
                .formatted(batch.rows()[i] + 1));
      }
    }
  }

  @Override
  public Loss loss(PairBatch batch) {
    Tensor predicted = model.forward(batch); // [P]
    Tensor targets = engine.ofFloats(batch.targets(), batch.pairs()).cast(predicted.dtype());
    Tensor squares = predicted.sub(targets).square();
    return Loss.ofMean(squares.sum().mul(1.0 / batch.pairs()), batch.pairs());
  }

  @Override
  public RegressionEvaluation evaluate(BatchSource<PairBatch> data, LongConsumer progress) {
    boolean wasTraining = model.isTraining();
    model.train(false);
    Double[] predicted = new Double[Math.toIntExact(data.examplesPerEpoch())];
    Double[] targets = new Double[predicted.length];
    long start = System.nanoTime();
    long done = 0;
    try (BatchIterator<PairBatch> batches = data.batches(0)) {
      while (batches.hasNext()) {
        PairBatch batch = batches.next();
        requireTargets(batch);
        measure(batch, predicted, targets);
        done += batch.pairs();
        progress.accept(done);
      }
    } finally {
      model.train(wasTraining);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new RegressionEvaluation(inOrder(predicted), inOrder(targets), seconds);
  }

  private void measure(PairBatch batch, Double[] predicted, Double[] targets) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      double[] values = model.forward(batch).toDoubles();
      for (int i = 0; i < batch.pairs(); i++) {
        predicted[batch.rows()[i]] = values[i];
        targets[batch.rows()[i]] = (double) batch.targets()[i];
      }
    }
  }

  private static List<Double> inOrder(Double[] values) {
    return new ArrayList<>(Arrays.asList(values));
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
