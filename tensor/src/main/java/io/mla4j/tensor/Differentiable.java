package io.mla4j.tensor;

import java.util.List;
import java.util.Optional;

/**
 * An operation with a backward of its own. An engine that differentiates makes it one node of its
 * graph; that of the definition is then neither recorded nor kept. Both passes run outside the
 * graph, the backward one outside any precision scope too.
 */
public interface Differentiable extends FusedOperation<Tensor> {

  /** The tensors that gradients are given for, in the order of {@link #backward}. */
  List<Tensor> inputs();

  /** Computes the output, of a floating type, and says what the backward will need. */
  Forward forward(Engine engine);

  /**
   * The gradients of the inputs, each of its input's shape and type. The operation's own tensors
   * may be closed by now: only what was saved may be used.
   *
   * @param gradient of the output, in its shape and type
   * @param saved what {@link #forward} saved, in its order
   * @param needed whether each input needs a gradient; the others are not looked at
   * @return one an input, empty where it is zero or not needed
   */
  List<Optional<Tensor>> backward(
      Engine engine, Tensor gradient, List<Tensor> saved, List<Boolean> needed);

  /**
   * What the forward pass computed.
   *
   * @param saved tensors kept until the backward has run or the graph is gone; they must not be
   *     changed in place until then
   */
  record Forward(Tensor output, List<Tensor> saved) {

    public Forward {
      if (!output.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "A differentiable operation gives a floating type, not " + output.dtype() + ".");
      }
      saved = List.copyOf(saved);
    }
  }
}
