package io.mla4j.training;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Input vectors moved along their gradient, to where the loss is larger, until closed: what
 * adversarial training sees a batch with a second time (arXiv 1605.07725, on the table of vectors
 * rather than on each text's own copy).
 */
final class Disturbance implements AutoCloseable {

  private final Engine engine;
  private final List<Tensor> vectors;
  private final List<Tensor> undisturbed = new ArrayList<>();

  private Disturbance(Engine engine, List<Tensor> vectors) {
    this.engine = engine;
    this.vectors = vectors;
  }

  /**
   * Moves tables that have a gradient.
   *
   * @param radius Euclidean length of the movement of each table
   */
  static Disturbance along(Engine engine, List<Tensor> vectors, double radius) {
    try (TensorScope scope = TensorScope.open()) {
      Disturbance disturbance =
          new Disturbance(engine, vectors.stream().filter(v -> v.grad().isPresent()).toList());
      disturbance.move(radius);
      return disturbance;
    }
  }

  private void move(double radius) {
    try (Engine.Guard guard = engine.noGrad()) {
      for (Tensor table : vectors) {
        try (TensorScope scope = TensorScope.open()) {
          undisturbed.add(TensorScope.release(table.detach().mul(1)));
          Tensor gradient = table.grad().orElseThrow();
          double norm = Math.sqrt(gradient.square().sum().item());
          if (norm > 0) {
            table.copyInPlace(table.detach().add(gradient.mul(radius / norm)));
          }
        }
      }
    }
  }

  /** Puts the vectors back, to the bit. */
  @Override
  public void close() {
    try (Engine.Guard guard = engine.noGrad()) {
      for (int i = 0; i < vectors.size(); i++) {
        vectors.get(i).copyInPlace(undisturbed.get(i));
        undisturbed.get(i).close();
      }
    }
  }
}
