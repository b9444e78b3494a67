package io.mla4j.torchengine;

import io.mla4j.tensor.AdamWStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * AdamW by libtorch's fused operator, which reads and writes each element once. It wants
 * parameters, gradients and moments of one type that lie row by row; what is otherwise, as
 * parameters of 16 bits with moments in float32, is copied for it and copied back.
 */
final class TorchAdamW implements AutoCloseable {

  private static final class Operator {
    static final TorchOperator FUSED = TorchOperator.named("aten::_fused_adamw_", "");
  }

  /** Tensors of one type, the i-th of each list for one parameter. */
  private static final class Group {
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Tensor> gradients = new ArrayList<>();
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
  }

  /** What was computed in a copy. */
  private record CopyBack(Tensor from, Tensor to) {}

  private final Map<ScalarType, Group> groups = new LinkedHashMap<>();
  private final List<CopyBack> copies = new ArrayList<>();
  private final List<Tensor> temporaries = new ArrayList<>();

  /** Adds a parameter to the step; returns whether it has a gradient. */
  boolean add(Tensor parameter, Tensor first, Tensor second) {
    Tensor gradient = parameter.grad(); // borrowed
    if (!gradient.defined()) {
      return false;
    }
    ScalarType type = first.scalar_type().intern();
    Group group = groups.computeIfAbsent(type, key -> new Group());
    group.parameters.add(writable(parameter, type));
    group.gradients.add(readable(gradient, type));
    group.first.add(writable(first, type));
    group.second.add(writable(second, type));
    return true;
  }

  private Tensor readable(Tensor tensor, ScalarType type) {
    if (tensor.is_contiguous() && tensor.scalar_type().intern() == type) {
      return tensor;
    }
    try (Tensor converted = tensor.detach().toType(type)) {
      Tensor rows = converted.contiguous();
      temporaries.add(rows);
      return rows;
    }
  }

  private Tensor writable(Tensor tensor, ScalarType type) {
    Tensor rows = readable(tensor, type);
    if (rows != tensor) {
      copies.add(new CopyBack(rows, tensor));
    }
    return rows;
  }

  void run(AdamWStep step) {
    groups.values().forEach(group -> run(group, step));
    copies.forEach(copy -> copy.to().copy_(copy.from()));
  }

  private static void run(Group group, AdamWStep step) {
    try (Scalar count = new Scalar((double) step.step());
        TensorOptions device = group.parameters.get(0).options();
        ScalarTypeOptional floatType = new ScalarTypeOptional(ScalarType.Float);
        TensorOptions floats = device.dtype(floatType);
        Tensor steps = torch.full(new long[0], count, floats)) {
      boolean amsgrad = false;
      boolean maximize = false;
      Operator.FUSED.call(
          results -> 0,
          TorchOperator.tensors(group.parameters),
          TorchOperator.tensors(group.gradients),
          TorchOperator.tensors(group.first),
          TorchOperator.tensors(group.second),
          TorchOperator.tensors(List.of()),
          TorchOperator.tensors(group.parameters.stream().map(parameter -> steps).toList()),
          new IValue(step.learningRate()),
          new IValue(step.beta1()),
          new IValue(step.beta2()),
          new IValue(step.weightDecay()),
          new IValue(step.epsilon()),
          new IValue(amsgrad),
          new IValue(maximize),
          new IValue(),
          new IValue());
    }
  }

  @Override
  public void close() {
    temporaries.forEach(Tensor::close);
  }
}
