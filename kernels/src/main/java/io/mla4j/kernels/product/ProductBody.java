package io.mla4j.kernels.product;

import java.lang.foreign.MemorySegment;

/** What one twin supplies: pieces of work for one thread, on arguments that have been checked. */
sealed interface ProductBody extends AutoCloseable permits JavaProduct, NativeProduct {

  /** What runs. */
  String description();

  /**
   * Elements of K that a pass takes where more rows than a tile share it, so that their packed
   * activations stay in the second-level cache; a multiple of {@link PanelLayout#GROUP}.
   */
  long pass(Activations x, WeightFormat format);

  /** Rows of a block at most, for the same reason. */
  default long rows(Activations x, WeightFormat format) {
    return 96;
  }

  /** Working memory for any block of a product. */
  long workBytes(Product product);

  /**
   * Writes one block of the result.
   *
   * @param work at least {@link #workBytes}, 64-byte aligned
   */
  void run(Product product, Block block, MemorySegment work);

  /** Quantizes rows of x, [M, K] in float32. */
  void quantize(MemorySegment x, Activations.Int8 to, long rowFrom, long rowTo);

  /** Frees what the twin keeps for reuse; it may run afterwards. */
  @Override
  default void close() {}
}
