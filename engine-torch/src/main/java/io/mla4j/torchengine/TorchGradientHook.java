package io.mla4j.torchengine;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;

/** A function on one tensor's gradient, called by libtorch until the guard is closed. */
final class TorchGradientHook extends TensorTensorHook implements TorchGraph.Held {

  private final TorchEngine engine;
  private final org.bytedeco.pytorch.Tensor tensor;
  private final io.mla4j.tensor.Shape shape;
  private final io.mla4j.tensor.DType dtype;
  private final UnaryOperator<Tensor> function;

  private TorchGradientHook(TorchTensor tensor, UnaryOperator<Tensor> function) {
    this.engine = tensor.engine();
    this.tensor = new org.bytedeco.pytorch.Tensor(tensor.handle());
    this.shape = tensor.shape();
    this.dtype = tensor.dtype();
    this.function = function;
  }

  static Engine.Guard on(TorchTensor tensor, UnaryOperator<Tensor> function) {
    TorchGradientHook hook = new TorchGradientHook(tensor, function);
    int number = hook.tensor.register_hook(hook);
    hook.engine.graph().hold(hook);
    return () -> {
      if (!hook.tensor.isNull()) {
        hook.tensor.remove_hook(number);
        hook.engine.graph().drop(hook);
      }
    };
  }

  @Override
  public TensorBase call(TensorBase gradient) {
    return engine.graph().inHook(() -> changed(gradient));
  }

  private org.bytedeco.pytorch.Tensor changed(TensorBase gradient) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor given = new TorchTensor(engine, new org.bytedeco.pytorch.Tensor(gradient));
      Tensor result = function.apply(given);
      if (!result.shape().equals(shape) || result.dtype() != dtype) {
        throw new IllegalStateException(
            "A function on the gradient of %s %s gave %s %s."
                .formatted(dtype, shape, result.dtype(), result.shape()));
      }
      return new org.bytedeco.pytorch.Tensor(TorchTensor.handle(result));
    }
  }

  /** The guard decides. */
  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public void release() {
    tensor.close();
  }
}
