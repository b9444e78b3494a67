package io.mla4j.nn.rotary;

import io.mla4j.tensor.RotaryLayout;
import java.util.Optional;

/**
 * Which angles rotate the rotary part of a head.
 *
 * @param dim P, even
 * @param theta base of the frequencies, 10,000 in the RoPE paper (arXiv 2104.09864)
 * @param layout which elements make a pair
 * @param scaling to longer contexts
 */
public record RotaryConfig(
    int dim, double theta, RotaryLayout layout, Optional<? extends RotaryScaling> scaling) {

  public RotaryConfig {
    if (dim < 2 || dim % 2 != 0) {
      throw new IllegalArgumentException(
          "The rotary part of a head has an even number of elements, 2 or more, not " + dim + ".");
    }
    if (!(theta > 1)) {
      throw new IllegalArgumentException("ropeTheta is more than 1, not " + theta + ".");
    }
  }

  /** Radians a position turns each pair by. */
  double[] frequencies() {
    double[] frequencies = new double[dim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(theta, -2.0 * i / dim);
    }
    return scaling.map(known -> known.scale(frequencies, theta)).orElse(frequencies);
  }

  double amplitude() {
    return scaling.map(known -> known.amplitude()).orElse(1.0);
  }

  /** What members that scale their scores with the rotation multiply them by. */
  public double attentionScale() {
    return scaling.map(known -> known.attentionScale()).orElse(1.0);
  }
}
