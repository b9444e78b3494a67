package io.mla4j.kernels.body;

import io.mla4j.kernels.memory.Scratch;
import java.util.Optional;

/**
 * What one twin supplies: single-threaded float32 loops over arguments that have been checked. See
 * the package description for how another twin is added.
 */
public interface KernelBodies {

  /** What runs, such as {@code Vector API with 512-bit vectors}. */
  String description();

  /** Whether loops of it run in C. */
  default boolean isNative() {
    return false;
  }

  /** Working memory that these loops and what is built on them share. */
  Scratch scratch();

  ElementwiseBodies elementwise();

  RowBodies rows();

  ProductBodies products();

  SoftmaxBodies softmax();

  /** What works on strips, narrower ones where so many columns would leave lanes idle. */
  default StripBodies strips(int columns) {
    return new StripBodies(products(), softmax());
  }

  /** Attention as a whole, where the twin has more than the loops that it is made of. */
  default Optional<AttentionBody> attention() {
    return Optional.empty();
  }

  /** The C twin of rotations, if this twin has it. */
  default Optional<RotaryBody> rotary() {
    return Optional.empty();
  }

  ConversionBodies conversions();
}
