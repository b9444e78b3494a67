package io.mla4j.nn.attention;

import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;

/** What attention asks of its input, before any engine turns a wrong shape into a broadcast. */
final class AttentionCheck {

  private AttentionCheck() {}

  static void check(Tensor tokens, int width, LayerPass pass) {
    Shape x = tokens.shape();
    if (x.rank() != 3 || x.dim(2) != width) {
      throw new IllegalArgumentException(
          "Attention of width %d takes tokens of the shape [batch, tokens, %d], not %s."
              .formatted(width, width, x));
    }
    pass.mask().keyMask().ifPresent(visible -> checkKeyMask(x, pass, visible));
    pass.mask().sequences().ifPresent(packed -> checkSequences(x, pass, packed));
  }

  private static void checkKeyMask(Shape x, LayerPass pass, Tensor visible) {
    long keys = x.dim(1) + pass.cache().map(AttentionCache::length).orElse(0L);
    Shape wanted = Shape.of(x.dim(0), keys);
    if (visible.dtype() != DType.BOOL || !visible.shape().equals(wanted)) {
      throw new IllegalArgumentException(
          "A key mask over the cached and the new tokens is BOOL %s here, not %s %s."
              .formatted(wanted, visible.dtype(), visible.shape()));
    }
  }

  private static void checkSequences(Shape x, LayerPass pass, PackedSequences packed) {
    if (x.dim(0) != 1 || x.dim(1) != packed.tokens()) {
      throw new IllegalArgumentException(
          "Packed sequences of %d tokens have the shape [1, %d, width], not %s."
              .formatted(packed.tokens(), packed.tokens(), x));
    }
    if (pass.cache().isPresent()) {
      throw new IllegalArgumentException(
          "Packed sequences have no cache in common; give each its own pass.");
    }
  }

  /** Requires angles for every token, of as many elements as rotate. */
  static Rotation checked(Rotation rotation, Shape x, int rotaryDim) {
    Shape angles = rotation.cos().shape();
    Shape wanted = Shape.of(x.dim(1), rotaryDim / 2);
    boolean fits = angles.equals(wanted) || angles.equals(wanted.insert(0, x.dim(0)));
    if (!fits || !rotation.sin().shape().equals(angles)) {
      throw new IllegalArgumentException(
          "%d tokens with %d rotating elements need cos and sin of the shape %s, not %s and %s."
              .formatted(x.dim(1), rotaryDim, wanted, angles, rotation.sin().shape()));
    }
    return rotation;
  }
}
