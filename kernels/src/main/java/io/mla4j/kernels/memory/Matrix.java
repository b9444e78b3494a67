package io.mla4j.kernels.memory;

import java.lang.foreign.MemorySegment;

/**
 * A float32 matrix in memory: element (r, c) lies at {@code offset + r · rowStride + c ·
 * columnStride}, counted in elements.
 */
public record Matrix(
    MemorySegment memory, long offset, long rows, long columns, long rowStride, long columnStride) {

  /**
   * @throws IllegalArgumentException if an extent or stride is negative or the matrix leaves its
   *     memory
   */
  public Matrix {
    if (offset < 0 || rows < 0 || columns < 0 || rowStride < 0 || columnStride < 0) {
      throw new IllegalArgumentException(
          "A matrix needs extents, strides and an offset of 0 or more, not "
              + rows
              + " x "
              + columns
              + " by "
              + rowStride
              + ", "
              + columnStride
              + " from "
              + offset
              + ".");
    }
    if (rows > 0 && columns > 0) {
      long down = Extent.timesExact("matrix", rows - 1, rowStride);
      long across = Extent.timesExact("matrix", columns - 1, columnStride);
      long last = Extent.addExact("matrix", offset, Extent.addExact("matrix", down, across));
      Extent.checkLast("matrix", memory, Float.BYTES, last);
    }
  }

  /** A matrix laid out row after row from the start of its memory. */
  public static Matrix rowMajor(MemorySegment memory, long rows, long columns) {
    return new Matrix(memory, 0, rows, columns, columns, 1);
  }

  /** The same elements with rows and columns exchanged. */
  public Matrix transposed() {
    return new Matrix(memory, offset, columns, rows, columnStride, rowStride);
  }

  /** The columns from {@code first} up to and without {@code first + count}. */
  Matrix narrowColumns(long first, long count) {
    return new Matrix(memory, index(0, first), rows, count, rowStride, columnStride);
  }

  public boolean isEmpty() {
    return rows == 0 || columns == 0;
  }

  /** Where an element lies. */
  public long index(long row, long column) {
    return offset + row * rowStride + column * columnStride;
  }
}
