package io.mla4j.kernels.product;

/** How weights are kept. Bits a weight: 32, 16, 8, 4.5 and 16. */
public enum WeightFormat {
  /** Products and sums in float32. */
  FLOAT32(1),
  /** Activations are rounded to bf16; sums in float32. */
  BF16(2),
  /**
   * Symmetric, with a float32 scale for each output channel. With int8 activations products are
   * whole numbers; other activations are rounded to bf16 and sums are float32.
   */
  INT8(4),
  /**
   * Symmetric, -7 to 7, with a bf16 scale for each 32 weights of a channel along K. Activations are
   * rounded to bf16; with more than four rows, so are the scaled weights.
   */
  INT4(PanelLayout.GROUP),
  /**
   * As {@link #BF16}, but row by row as model files have them, so that a mapped file need not be
   * copied: see {@link PackedWeights#over}.
   */
  BF16_ROWS(1);

  private final int multiple;

  WeightFormat(int multiple) {
    this.multiple = multiple;
  }

  /** The depth is padded with zeros to a multiple of this. */
  int multiple() {
    return multiple;
  }
}
