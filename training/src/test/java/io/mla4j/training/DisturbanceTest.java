package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisturbanceTest {

  private static final double RADIUS = 0.05;

  private final Engine engine = Engines.start("torch");
  private final TinyTask task = new TinyTask();

  private static double loss(TextClassifier model, TextBatch batch) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor loss = model.loss(model.forward(batch), batch);
      loss.backward();
      return loss.item();
    }
  }

  @Test
  void vectorsMoveAlongTheGradientAndComeBackToTheBit() {
    try (TextClassifier model = task.model(engine);
        var batches = task.train.batches(0, 0)) {
      TextBatch batch = batches.next();
      double before = loss(model, batch);
      Tensor table = model.inputVectors().getFirst();
      float[] start = table.toFloats();
      float[] gradient = table.grad().orElseThrow().toFloats();
      double norm = 0;
      for (float g : gradient) {
        norm += (double) g * g;
      }
      norm = Math.sqrt(norm);
      try (Disturbance disturbance = Disturbance.along(engine, model.inputVectors(), RADIUS)) {
        float[] moved = table.toFloats();
        for (int i = 0; i < moved.length; i++) {
          assertEquals(start[i] + RADIUS * gradient[i] / norm, moved[i], 1e-6);
        }
        // To first order the loss grows by the gradient's norm times the radius.
        double risen = loss(model, batch) - before;
        assertTrue(risen > 0.5 * norm * RADIUS, risen + " against " + norm * RADIUS);
      }
      assertArrayEquals(start, table.toFloats());
    }
  }

  @Test
  void withoutAGradientNothingMoves() {
    try (TextClassifier model = task.model(engine)) {
      List<Tensor> tables = model.inputVectors();
      float[] start = tables.getFirst().toFloats();
      try (Disturbance disturbance = Disturbance.along(engine, tables, RADIUS)) {
        assertArrayEquals(start, tables.getFirst().toFloats());
      }
    }
  }
}
