package io.mla4j.nn;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * A matrix [out, in] in whichever form its numbers are kept. Layers multiply with it and never look
 * inside.
 */
public interface Weight {

  /** [out, in]. */
  Shape shape();

  /**
   * {@code x Wᵀ + b}, in the type of x.
   *
   * @param x [..., in]
   * @param bias [out]
   * @return [..., out]
   */
  Tensor multiply(Tensor x, Optional<Tensor> bias);

  /**
   * {@code silu(x Wᵀ) ⊙ x Uᵀ}, the inner part of a gated network.
   *
   * @param x [..., in]
   * @param up U, of this weight's shape
   * @return [..., out]
   */
  default Tensor multiplyGated(Tensor x, Weight up) {
    Tensor gate = multiply(x, Optional.empty());
    return x.engine().silu(gate).mul(up.multiply(x, Optional.empty()));
  }

  /**
   * Some of the outputs, as a view where the form allows it.
   *
   * @param first of the rows
   * @param count of rows, 1 or more
   */
  Weight rows(long first, long count);

  /** All elements [out, in] in a floating type. */
  Tensor dense(DType type);

  /**
   * All elements [out, in] as products of an engine take them: in the floating type they are kept
   * in, or else in that of the activations.
   */
  default Tensor operand(DType activations) {
    return dense(activations);
  }

  /**
   * The tensors it consists of by what is added to a layer's name in a checkpoint: {@code weight},
   * and {@code weight_scale_inv} where there are scales.
   */
  Map<String, Parameter> parameters();

  /** Lays itself out for products ahead of the first one, where an engine does. */
  default void prepare() {}
}
