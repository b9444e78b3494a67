package io.mla4j.tensor.operation;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;

/**
 * Scales the gradients, in place, so that their joint Euclidean norm is at most {@code maxNorm}
 * (arXiv 1211.5063); leaves them alone where the norm is not finite.
 *
 * @param parameters those without a gradient do not count
 * @param maxNorm infinity for no limit
 */
public record ClipGradients(List<Tensor> parameters, double maxNorm)
    implements FusedOperation<Double> {

  public ClipGradients {
    parameters = List.copyOf(parameters);
    if (!(maxNorm >= 0)) {
      throw new IllegalArgumentException("A norm's limit is 0 or more, not " + maxNorm + ".");
    }
  }

  /** Returns the norm before. */
  @Override
  public Double definition(Engine engine) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      List<Tensor> gradients =
          parameters.stream().map(Tensor::grad).flatMap(Optional::stream).toList();
      if (gradients.isEmpty()) {
        return 0.0;
      }
      List<Tensor> squares =
          gradients.stream().map(g -> g.cast(DType.FLOAT64).square().sum()).toList();
      double norm = engine.stack(squares, 0).sum().sqrt().item();
      if (Double.isFinite(norm) && norm > maxNorm) {
        gradients.forEach(g -> g.copyInPlace(g.mul(factor(norm))));
      }
      return norm;
    }
  }

  /** What gradients of this norm are multiplied by, as PyTorch does. */
  public double factor(double norm) {
    return Math.min(1, maxNorm / (norm + 1e-6));
  }
}
