package io.mla4j.torchengine;

import io.mla4j.tensor.AdamWStep;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One AdamW step on one parameter after another, in place: no new parameter-sized tensors but one.
 */
final class TorchAdamW implements AutoCloseable {

  private final Scalar keepWeight;
  private final Scalar fresh1;
  private final Scalar beta2;
  private final Scalar fresh2;
  private final Scalar rootCorrection;
  private final Scalar epsilon;
  private final Scalar change;

  TorchAdamW(AdamWStep step) {
    double correction1 = 1 - Math.pow(step.beta1(), step.step());
    double correction2 = 1 - Math.pow(step.beta2(), step.step());
    keepWeight = new Scalar(1 - step.learningRate() * step.weightDecay());
    fresh1 = new Scalar(1 - step.beta1());
    beta2 = new Scalar(step.beta2());
    fresh2 = new Scalar(1 - step.beta2());
    rootCorrection = new Scalar(1 / Math.sqrt(correction2));
    epsilon = new Scalar(step.epsilon());
    change = new Scalar(-step.learningRate() / correction1);
  }

  /** Returns whether the parameter has a gradient. */
  boolean apply(Tensor parameter, Tensor first, Tensor second) {
    Tensor gradient = parameter.grad();
    if (!gradient.defined()) {
      return false;
    }
    // In-place methods return their own receiver, which must not be closed.
    parameter.mul_(keepWeight);
    first.lerp_(gradient, fresh1);
    second.mul_(beta2);
    second.addcmul_(gradient, gradient, fresh2);
    try (Tensor denominator = second.sqrt()) {
      denominator.mul_(rootCorrection);
      denominator.add_(epsilon);
      parameter.addcdiv_(first, denominator, change);
    }
    return true;
  }

  @Override
  public void close() {
    for (Scalar scalar :
        new Scalar[] {keepWeight, fresh1, beta2, fresh2, rootCorrection, epsilon, change}) {
      scalar.close();
    }
  }
}
