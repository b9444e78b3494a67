package io.mla4j.nn;

import io.mla4j.tensor.Tensor;
import java.util.List;

/**
 * A model of batches: what training and evaluation need to know of it beside its parameters.
 *
 * @param <B> a batch
 */
public interface Forward<B> {

  /** The model's output for a batch, such as logits [B, C]. */
  Tensor forward(B batch);

  /** The tables of vectors that inputs are made of, which adversarial training disturbs. */
  default List<Tensor> inputVectors() {
    return List.of();
  }
}
