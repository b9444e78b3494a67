package org.example.line;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.objective.Evaluation;
import io.mla4j.training.objective.Loss;
import io.mla4j.training.objective.Monitor;
import io.mla4j.training.objective.Objective;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** How near a line is to points. */
public record Nearness(Line line, Engine engine) implements Objective<Points.Few> {

  /** What was measured. */
  public record Measured(double loss, long examples, double seconds) implements Evaluation {
    @Override
    public Map<String, Double> figures() {
      return Map.of("loss", loss, "distance", Math.sqrt(loss));
    }
  }

  @Override
  public double count(Points.Few batch) {
    return batch.x().length;
  }

  private Tensor squares(Points.Few batch) {
    Tensor y = engine.ofFloats(batch.y(), batch.y().length);
    return line.forward(batch).sub(y).square().sum();
  }

  @Override
  public Loss loss(Points.Few batch) {
    return Loss.ofSum(squares(batch), count(batch)).withFigure("points", batch.x().length);
  }

  @Override
  public Measured evaluate(BatchSource<Points.Few> data, LongConsumer progress) {
    double sum = 0;
    long start = System.nanoTime();
    try (BatchIterator<Points.Few> batches = data.batches(0);
        TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      while (batches.hasNext()) {
        sum += squares(batches.next()).item();
      }
    }
    long count = data.examplesPerEpoch();
    progress.accept(count);
    return new Measured(sum / count, count, (System.nanoTime() - start) / 1e9);
  }

  @Override
  public List<Monitor> monitors() {
    return List.of(Monitor.lower("distance"), Monitor.lower("loss"));
  }
}
