package io.mla4j.torchengine;

import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.OperationBodies;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.operation.AdamWUpdate;
import io.mla4j.tensor.operation.ClipGradients;
import io.mla4j.tensor.operation.Convolution;
import io.mla4j.tensor.operation.CrossEntropy;
import io.mla4j.tensor.operation.Pooling;
import io.mla4j.tensor.operation.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Operations that libtorch has a body of its own for. */
final class TorchOperations {

  private final TorchEngine engine;

  private TorchOperations(TorchEngine engine) {
    this.engine = engine;
  }

  static OperationBodies of(TorchEngine engine) {
    TorchOperations all = new TorchOperations(engine);
    return new OperationBodies()
        .with(CrossEntropy.class, all::crossEntropy)
        .with(AdamWUpdate.class, all::adamW)
        .with(ClipGradients.class, all::clipGradients)
        .with(Convolution.class, all::convolution)
        .with(Pooling.class, all::pooling);
  }

  private static TensorOptional optional(Optional<Tensor> tensor) {
    return tensor.isPresent()
        ? new TensorOptional(TorchTensor.handle(tensor.get()))
        : new TensorOptional();
  }

  private Tensor crossEntropy(CrossEntropy operation) {
    long reduction = operation.reduction() == CrossEntropy.Reduction.MEAN ? 1 : 2;
    Tensor logits = Autocast.CROSS_ENTROPY.operand(operation.logits());
    try (TensorOptional weights =
        optional(operation.classWeights().map(Autocast.CROSS_ENTROPY::operand))) {
      return engine.wrap(
          () ->
              torch.cross_entropy_loss(
                  TorchTensor.handle(logits),
                  TorchTensor.handle(operation.labels()),
                  weights,
                  reduction,
                  operation.ignored(),
                  operation.smoothing()));
    }
  }

  private Integer adamW(AdamWUpdate update) {
    try (Engine.Guard guard = engine.noGrad();
        TorchAdamW step = new TorchAdamW()) {
      int moved = 0;
      for (int i = 0; i < update.parameters().size(); i++) {
        boolean added =
            step.add(
                TorchTensor.writable(update.parameters().get(i)),
                TorchTensor.handle(update.firstMoments().get(i)),
                TorchTensor.handle(update.secondMoments().get(i)));
        moved += added ? 1 : 0;
      }
      engine.call(() -> step.run(update.step()));
      return moved;
    }
  }

  private Double clipGradients(ClipGradients operation) {
    try (Engine.Guard guard = engine.noGrad();
        TorchGradientNorm gradients =
            new TorchGradientNorm(
                operation.parameters().stream().map(TorchTensor::handle).toList())) {
      double norm = engine.call(gradients::norm);
      if (Double.isFinite(norm) && norm > operation.maxNorm()) {
        engine.call(() -> gradients.multiply(operation.factor(norm)));
      }
      return norm;
    }
  }

  private static long[] each(List<Window> windows, ToLongFunction<Window> of) {
    return windows.stream().mapToLong(of).toArray();
  }

  private Tensor convolution(Convolution operation) {
    Tensor input = Autocast.CONVOLUTION.operand(operation.input());
    Tensor weight = Autocast.CONVOLUTION.operand(operation.weight());
    var x = TorchTensor.handle(input);
    var w = TorchTensor.handle(weight);
    long[] stride = each(operation.windows(), Window::stride);
    long[] padding = each(operation.windows(), Window::padding);
    long[] dilation = each(operation.windows(), Window::dilation);
    long groups = operation.groups();
    try (TensorOptional bias = optional(operation.bias().map(Autocast.CONVOLUTION::operand))) {
      return engine.wrap(
          () ->
              stride.length == 1
                  ? torch.conv1d(x, w, bias, stride, padding, dilation, groups)
                  : torch.conv2d(x, w, bias, stride, padding, dilation, groups));
    }
  }

  private Tensor pooling(Pooling operation) {
    var x = TorchTensor.handle(operation.input());
    long[] size = each(operation.windows(), Window::size);
    long[] stride = each(operation.windows(), Window::stride);
    long[] padding = each(operation.windows(), Window::padding);
    long[] dilation = each(operation.windows(), Window::dilation);
    boolean line = size.length == 1;
    boolean partly = false; // windows that stand out over the end
    if (operation.kind() == Pooling.Kind.MAX) {
      return engine.wrap(
          () ->
              line
                  ? torch.max_pool1d(x, size, stride, padding, dilation, partly)
                  : torch.max_pool2d(x, size, stride, padding, dilation, partly));
    }
    boolean countsPadding = false;
    try (LongOptional byCount = new LongOptional()) {
      return engine.wrap(
          () ->
              line
                  ? torch.avg_pool1d(x, size, stride, padding, partly, countsPadding)
                  : torch.avg_pool2d(x, size, stride, padding, partly, countsPadding, byCount));
    }
  }
}
