package io.mla4j.nn.transformer;

import io.mla4j.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * How the blocks of a layer read from what flows between layers, and add to it. The plain one is a
 * single stream that every block reads whole; several streams have weights of their own to mix them
 * (hyper-connections, arXiv 2409.19606).
 */
public interface Residual {

  /** One stream, to which a block's output is added. */
  Residual PLAIN = (streams, block) -> streams.add(block.apply(streams));

  /**
   * Runs a block.
   *
   * @param streams what flows between layers
   * @param block takes and gives [B, T, E]
   * @return of the shape of the streams
   */
  Tensor around(Tensor streams, UnaryOperator<Tensor> block);
}
