package io.mla4j.training;

import io.mla4j.nn.Module;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;

/** Tells whether a model can be kept. */
final class FiniteParameters {

  private FiniteParameters() {}

  /** Whether every parameter is a finite number. */
  static boolean in(Module model) {
    return model.parameters().stream().allMatch(FiniteParameters::isFinite);
  }

  private static boolean isFinite(Tensor parameter) {
    try (TensorScope scope = TensorScope.open()) {
      // In float64 no sum of squares of numbers of a narrower type overflows.
      Tensor wide = parameter.detach().cast(DType.FLOAT64);
      return Double.isFinite(wide.square().sum().item());
    }
  }
}
