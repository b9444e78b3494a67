package io.mla4j.tensor;

/**
 * An operation that an engine may have a body of its own for. A record holds its inputs and checks
 * them where it is made; {@link Engine#run} takes the engine's body, or else the definition.
 *
 * @param <R> what the operation gives: a tensor, a number, or a record of tensors
 */
public interface FusedOperation<R> {

  /**
   * The mathematics in primitives: what automatic differentiation differentiates, and the oracle
   * that every faster body is tested against.
   */
  R definition(Engine engine);
}
