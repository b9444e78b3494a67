package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;

/** The innermost loops of matrix products. */
public interface ProductBodies {

  /** Rows of the widest tile. */
  int TILE_ROWS = 6;

  /** Columns of a tile: the width of a packed strip, in which one step has this many elements. */
  int lanes();

  /**
   * One tile of a product: {@code out[r, l] = Σ_k x[r, k] · strip[k, l]} for {@link #lanes()}
   * columns.
   *
   * @param x where row 0 starts, with the strides of rows and of k
   * @param rows 1 to {@link #TILE_ROWS}; only these rows are read and written
   * @param strip [depth, lanes], packed
   * @param out where the tile starts, rows {@code outRow} apart, columns side by side
   */
  void tile(
      MemorySegment x,
      long xFrom,
      long xRow,
      long xStep,
      int rows,
      MemorySegment strip,
      long stripFrom,
      int depth,
      MemorySegment out,
      long to,
      long outRow);

  /**
   * Scalar products of one vector with many rows: {@code out[i · outStep] = Σ_k x[k] · rows[i, k]};
   * elements of the vector and of each row lie side by side.
   */
  void dots(
      MemorySegment x,
      long xFrom,
      MemorySegment rows,
      long rowsFrom,
      long rowStride,
      int count,
      int depth,
      MemorySegment out,
      long to,
      long outStep);

  /** {@code out[c] += Σ_i weights[i] · rows[i, c]}; elements of each row lie side by side. */
  void addWeighted(
      MemorySegment weights,
      long weightsFrom,
      MemorySegment rows,
      long rowsFrom,
      long rowStride,
      int count,
      MemorySegment out,
      long to,
      int width);
}
