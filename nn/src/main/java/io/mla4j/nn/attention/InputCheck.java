package io.mla4j.nn.attention;

import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;

/**
 * What a layer asks of its input, before any engine turns a wrong shape into a broadcast.
 *
 * @param width E
 * @param rotaryDim elements of a head that rotate; 0 for none
 */
record InputCheck(int width, int rotaryDim) {

  void check(AttentionInput input) {
    Shape x = input.x().shape();
    if (x.rank() != 3 || x.dim(2) != width) {
      throw new IllegalArgumentException(
          "Attention of width %d takes tokens of the shape [batch, tokens, %d], not %s."
              .formatted(width, width, x));
    }
    if (rotaryDim > 0) {
      checkRotation(input, x);
    }
    input.mask().keyMask().ifPresent(visible -> checkKeyMask(input, x, visible));
  }

  private void checkRotation(AttentionInput input, Shape x) {
    Rotation rotation =
        input
            .rotation()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "This attention rotates by position; give its input a rotation."));
    Shape angles = rotation.cos().shape();
    Shape wanted = Shape.of(x.dim(1), rotaryDim / 2);
    boolean fits = angles.equals(wanted) || angles.equals(wanted.insert(0, x.dim(0)));
    if (!fits || !rotation.sin().shape().equals(angles)) {
      throw new IllegalArgumentException(
          "%d tokens with %d rotating elements need cos and sin of the shape %s, not %s and %s."
              .formatted(x.dim(1), rotaryDim, wanted, angles, rotation.sin().shape()));
    }
  }

  private static void checkKeyMask(AttentionInput input, Shape x, Tensor visible) {
    long keys = x.dim(1) + input.cache().map(AttentionCache::length).orElse(0L);
    Shape wanted = Shape.of(x.dim(0), keys);
    if (visible.dtype() != DType.BOOL || !visible.shape().equals(wanted)) {
      throw new IllegalArgumentException(
          "A key mask over the cached and the new tokens is BOOL %s here, not %s %s."
              .formatted(wanted, visible.dtype(), visible.shape()));
    }
  }
}
