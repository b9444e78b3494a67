package io.mla4j.torchengine;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The joint norm of gradients and their scaling, each one call for all of them. */
final class TorchGradientNorm implements AutoCloseable {

  private static final class Operator {
    static final TorchOperator NORM = TorchOperator.named("aten::_foreach_norm", "Scalar");
    static final TorchOperator MULTIPLY = TorchOperator.named("aten::_foreach_mul_", "Scalar");
  }

  private final List<Tensor> gradients = new ArrayList<>();
  private final List<Tensor> temporaries = new ArrayList<>();

  TorchGradientNorm(List<Tensor> parameters) {
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad(); // borrowed
      if (gradient.defined()) {
        gradients.add(gradient);
      }
    }
  }

  /** The norm of all gradients as one vector; the only place that waits for the device. */
  double norm() {
    if (gradients.isEmpty()) {
      return 0;
    }
    return Operator.NORM.call(
        results -> {
          try (IValue result = results.get(0);
              TensorVector norms = result.toTensorVector()) {
            return joint(norms);
          }
        },
        TorchOperator.tensors(gradients.stream().map(this::wide).toList()),
        new IValue(2.0),
        new IValue());
  }

  /** A norm in 16 bits would be exact to three digits only. */
  private Tensor wide(Tensor gradient) {
    if (gradient.element_size() != 2) {
      return gradient;
    }
    Tensor wide = gradient.toType(ScalarType.Float);
    temporaries.add(wide);
    return wide;
  }

  private static double joint(TensorVector norms) {
    try (Tensor stacked = torch.stack(norms);
        Tensor exact = stacked.toType(ScalarType.Double);
        Tensor joint = exact.norm()) {
      return joint.item_double();
    }
  }

  void multiply(double factor) {
    Operator.MULTIPLY.call(results -> 0, TorchOperator.tensors(gradients), scalar(factor));
  }

  private static IValue scalar(double value) {
    try (Scalar scalar = new Scalar(value)) {
      return new IValue(scalar);
    }
  }

  @Override
  public void close() {
    temporaries.forEach(Tensor::close);
  }
}
