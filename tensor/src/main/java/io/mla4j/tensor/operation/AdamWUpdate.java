package io.mla4j.tensor.operation;

import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One AdamW step (arXiv 1711.05101, algorithm 2) on the parameters that have a gradient, in place.
 * It computes in the moments' type: that of the parameter, or FLOAT32 for parameters of 16 bits,
 * whose small updates are then rounded away less often, though not never.
 *
 * @param firstMoments one a parameter, same shape, changed in place
 * @param secondMoments likewise
 */
public record AdamWUpdate(
    List<Tensor> parameters, List<Tensor> firstMoments, List<Tensor> secondMoments, AdamWStep step)
    implements FusedOperation<Integer> {

  public AdamWUpdate {
    parameters = List.copyOf(parameters);
    firstMoments = List.copyOf(firstMoments);
    secondMoments = List.copyOf(secondMoments);
    boolean fits =
        parameters.size() == firstMoments.size() && parameters.size() == secondMoments.size();
    if (!fits) {
      throw new IllegalArgumentException(
          "AdamW needs two moments for each of %d parameters, not %d and %d."
              .formatted(parameters.size(), firstMoments.size(), secondMoments.size()));
    }
  }

  /** Returns how many parameters had a gradient. */
  @Override
  public Integer definition(Engine engine) {
    int moved = 0;
    try (Engine.Guard guard = engine.noGrad()) {
      for (int i = 0; i < parameters.size(); i++) {
        try (TensorScope scope = TensorScope.open()) {
          Optional<Tensor> gradient = parameters.get(i).grad();
          gradient.ifPresent(move(i));
          moved += gradient.isPresent() ? 1 : 0;
        }
      }
    }
    return moved;
  }

  private Consumer<Tensor> move(int index) {
    return given -> {
      Tensor m = firstMoments.get(index);
      Tensor v = secondMoments.get(index);
      Tensor gradient = given.cast(m.dtype());
      m.copyInPlace(m.mul(step.beta1()).add(gradient.mul(1 - step.beta1())));
      v.copyInPlace(v.mul(step.beta2()).add(gradient.square().mul(1 - step.beta2())));
      Tensor denominator = v.mul(1 / step.correction2()).sqrt().add(step.epsilon());
      Tensor change = m.mul(step.learningRate() / step.correction1()).div(denominator);
      Tensor parameter = parameters.get(index);
      Tensor decayed = parameter.cast(m.dtype()).mul(1 - step.learningRate() * step.weightDecay());
      parameter.copyInPlace(decayed.sub(change));
    };
  }
}
