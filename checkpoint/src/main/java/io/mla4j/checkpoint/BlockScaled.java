package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A matrix [O, I] of narrow floating-point numbers in a file, each block of which is to be
 * multiplied by a scale of its own: block-scaled FP8 as DeepSeek-V3 publishes it (arXiv 2412.19437,
 * section 3.3), and MXFP4 of the OCP microscaling formats. It reads from the file in place, and is
 * valid as long as that is open.
 */
public final class BlockScaled {

  /** What DeepSeek and Qwen append to the name of a matrix for that of its scales. */
  public static final String SCALE_SUFFIX = "_scale_inv";

  private static final int MX_BLOCK = 32;
  private static final long ALIGNMENT = 64;

  private final FileType type;
  private final MemorySegment values;
  private final float[] scales;
  private final long rows;
  private final int columns;
  private final int blockRows;
  private final int blockColumns;

  private BlockScaled(
      FileType type,
      MemorySegment values,
      float[] scales,
      long rows,
      int columns,
      int blockRows,
      int blockColumns) {
    this.type = type;
    this.values = values;
    this.scales = scales;
    this.rows = rows;
    this.columns = columns;
    this.blockRows = blockRows;
    this.blockColumns = blockColumns;
  }

  /** Whether a tensor has scales beside it, under its own name and {@link #SCALE_SUFFIX}. */
  public static boolean isScaled(Safetensors file, String name) {
    return file.contains(name + SCALE_SUFFIX);
  }

  /**
   * A matrix and the scales beside it, named with {@link #SCALE_SUFFIX}.
   *
   * @param blockRows rows that share a scale; 128 in DeepSeek-V3
   * @param blockColumns columns that share a scale; 128 in DeepSeek-V3
   * @throws CheckpointException if either is missing, is of whole numbers, or the scales are not
   *     [ceil(O / blockRows), ceil(I / blockColumns)]
   */
  public static BlockScaled of(Safetensors file, String name, int blockRows, int blockColumns) {
    if (blockRows < 1 || blockColumns < 1) {
      throw new IllegalArgumentException(
          "A block has 1 row and column or more, not " + blockRows + " x " + blockColumns + ".");
    }
    TensorEntry values = file.entry(name);
    TensorEntry scales = file.entry(name + SCALE_SUFFIX);
    requireMatrix(file, values);
    long rows = values.shape().dim(0);
    long columns = values.shape().dim(1);
    Shape grid = Shape.of(Math.ceilDiv(rows, blockRows), Math.ceilDiv(columns, blockColumns));
    if (!scales.shape().equals(grid) || !scales.type().isFloating()) {
      throw invalid(
          file,
          "scales '%s' of %s %s, where '%s' needs a floating-point type and %s"
              .formatted(scales.name(), scales.type(), scales.shape(), name, grid));
    }
    return new BlockScaled(
        values.type(),
        file.bytes(name),
        floats(scales.type(), file.bytes(scales.name()), grid.size()),
        rows,
        requireWidth(file, values, columns),
        blockRows,
        blockColumns);
  }

  /**
   * MXFP4: E2M1 values, two a byte, and an E8M0 scale for each 32 along the last dimension. Values
   * may be stated as F4 or as bytes (U8 or I8), scales as F8_E8M0 or U8.
   *
   * @param scales its last dimension is I / 32; what comes before it is taken together as O
   * @throws CheckpointException if either is missing or of another type, or they do not fit
   */
  public static BlockScaled mxfp4(Safetensors file, String values, String scales) {
    TensorEntry packed = file.entry(values);
    TensorEntry exponents = file.entry(scales);
    int rank = exponents.shape().rank();
    long blocks = rank == 0 ? 1 : exponents.shape().dim(rank - 1);
    boolean fits =
        exponents.bytes() <= Long.MAX_VALUE / MX_BLOCK
            && packed.bytes() * 2 == exponents.bytes() * MX_BLOCK;
    if (!isOneOf(packed, FileType.F4, FileType.U8, FileType.I8)
        || !isOneOf(exponents, FileType.F8_E8M0, FileType.U8, FileType.U8)
        || !fits) {
      throw invalid(
          file,
          "'%s' of %s %s and '%s' of %s %s, which are no MXFP4 values with a scale for each 32"
              .formatted(
                  values,
                  packed.type(),
                  packed.shape(),
                  scales,
                  exponents.type(),
                  exponents.shape()));
    }
    return new BlockScaled(
        FileType.F4,
        file.bytes(values),
        floats(FileType.F8_E8M0, file.bytes(scales), exponents.shape().size()),
        blocks == 0 ? 0 : exponents.shape().size() / blocks,
        requireWidth(file, packed, Math.multiplyExact(blocks, MX_BLOCK)),
        1,
        MX_BLOCK);
  }

  private static boolean isOneOf(TensorEntry entry, FileType a, FileType b, FileType c) {
    return entry.type() == a || entry.type() == b || entry.type() == c;
  }

  private static void requireMatrix(Safetensors file, TensorEntry entry) {
    if (entry.shape().rank() != 2 || !entry.type().isFloating()) {
      throw invalid(
          file,
          "'%s' of %s %s, which is no matrix of floating-point numbers"
              .formatted(entry.name(), entry.type(), entry.shape()));
    }
  }

  private static int requireWidth(Safetensors file, TensorEntry entry, long columns) {
    if (columns > 1 << 24) { // a row is decoded at once
      throw invalid(
          file,
          "'%s' with %d columns, and at most %d can be decoded"
              .formatted(entry.name(), columns, 1 << 24));
    }
    return (int) columns;
  }

  private static float[] floats(FileType type, MemorySegment bytes, long count) {
    float[] floats = new float[Math.toIntExact(count)];
    Elements.read(type, bytes, 0, floats, floats.length);
    return floats;
  }

  private static CheckpointException invalid(Safetensors file, String problem) {
    return new CheckpointException("The file %s holds %s.".formatted(file.path(), problem));
  }

  /** O. */
  public long rows() {
    return rows;
  }

  /** I. */
  public long columns() {
    return columns;
  }

  /**
   * Decodes a range of rows: value × scale in float32, then rounded to the type that is asked for.
   *
   * @param dtype FLOAT32, BF16, FLOAT16 or FLOAT64
   * @param target takes rows × I elements, one row after the other
   */
  public void decode(long firstRow, long rowCount, DType dtype, MemorySegment target) {
    requireRange(firstRow, rowCount, dtype, target);
    float[] row = new float[columns];
    for (long i = 0; i < rowCount; i++) {
      Elements.read(type, values, (firstRow + i) * columns, row, columns);
      scale(row, firstRow + i);
      Elements.write(row, columns, dtype, target, i * columns);
    }
  }

  private void requireRange(long firstRow, long rowCount, DType dtype, MemorySegment target) {
    boolean inside = firstRow >= 0 && rowCount >= 0 && firstRow <= rows - rowCount;
    if (!inside || !dtype.isFloating() || target.byteSize() != rowCount * columns * dtype.bytes()) {
      throw new IllegalArgumentException(
          "%d rows from %d on, of %d rows of %d, are not decoded to %s in %d bytes."
              .formatted(rowCount, firstRow, rows, columns, dtype, target.byteSize()));
    }
  }

  private void scale(float[] row, long number) {
    int blocks = Math.ceilDiv(columns, blockColumns);
    int first = Math.toIntExact(number / blockRows * blocks);
    for (int block = 0; block < blocks; block++) {
      float scale = scales[first + block];
      int end = Math.min(columns, (block + 1) * blockColumns);
      for (int i = block * blockColumns; i < end; i++) {
        row[i] *= scale;
      }
    }
  }

  /**
   * Decodes the whole matrix onto an engine.
   *
   * @return [O, I]
   */
  public Tensor read(Engine engine, DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = Math.multiplyExact(rows * columns, dtype.bytes());
      MemorySegment decoded = arena.allocate(bytes, ALIGNMENT);
      decode(0, rows, dtype, decoded);
      return engine.ofBytes(decoded, dtype, rows, columns);
    }
  }
}
