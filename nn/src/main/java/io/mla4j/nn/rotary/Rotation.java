package io.mla4j.nn.rotary;

import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;

/**
 * The angles of consecutive positions.
 *
 * @param cos [T, P/2]
 * @param sin [T, P/2]
 * @param layout which elements make a pair
 */
public record Rotation(Tensor cos, Tensor sin, RotaryLayout layout) {

  /**
   * Rotates.
   *
   * @param x [B, T, H, P]
   * @return the same shape
   */
  public Tensor apply(Tensor x) {
    return x.engine().rotary(x, cos, sin, layout);
  }
}
