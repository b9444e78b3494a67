package io.mla4j.flashmla.indexer;

import java.lang.foreign.MemorySegment;

/** The selection from one row. */
public sealed interface TopKTwin permits JavaTopK, NativeTopK {

  /** What runs. */
  String description();

  /**
   * Writes the positions of the k largest elements, ascending, or of all where there are fewer, and
   * −1 behind them. Of equal elements the first are taken; both zeros are equal, and NaN is less
   * than every number.
   *
   * @param rows float32
   * @param from the first element of the row
   * @param count elements of the row
   * @param out int32
   * @param to which entry of {@code out} the first goes to
   */
  void select(MemorySegment rows, long from, int count, int k, MemorySegment out, long to);
}
