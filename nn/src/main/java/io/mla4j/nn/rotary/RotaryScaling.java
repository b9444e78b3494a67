package io.mla4j.nn.rotary;

/**
 * How rotary frequencies are changed so that a model reaches beyond the lengths of its training.
 */
public interface RotaryScaling {

  /**
   * Scales frequencies.
   *
   * @param frequencies {@code θ^(−2i/P)} of each pair i
   * @param theta their base θ
   * @return as many
   */
  double[] scale(double[] frequencies, double theta);

  /** What cos and sin are multiplied by. */
  default double amplitude() {
    return 1;
  }

  /** What members that scale their scores with it multiply them by (DeepSeek-V2 and V3). */
  default double attentionScale() {
    return 1;
  }
}
