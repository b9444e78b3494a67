package io.mla4j.cuda.flashmla;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Checks everything a call will touch but the contents of device memory.
 *
 * @param bytesFrom how many bytes of the device there are from a segment on
 */
record DeviceCheck(ToLongFunction<MemorySegment> bytesFrom) {

  static final int WIDTH = 576;
  static final int VALUE_WIDTH = 512;

  /** What the kernel reads at once. */
  private static final int ALIGNMENT = 16;

  static DeviceCheck of(CudaDevice device) {
    return new DeviceCheck(device::bytesFrom);
  }

  static void shape(DecodeShape shape) {
    if (shape.width() != WIDTH || shape.valueWidth() != VALUE_WIDTH) {
      throw new IllegalArgumentException(
          "On CUDA keys have a width of %d and values of %d, not %d and %d."
              .formatted(WIDTH, VALUE_WIDTH, shape.width(), shape.valueWidth()));
    }
  }

  static void kind(CudaMetadata metadata, boolean sparse) {
    if (metadata.isSparse() != sparse) {
      throw new IllegalArgumentException(
          sparse
              ? "The metadata divides sequences; with indices it comes from sparseMetadata."
              : "The metadata divides lists of tokens; with a block table it comes from metadata.");
    }
  }

  /**
   * @param positions the block table or the indices, whose size is checked elsewhere
   */
  void common(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      MemorySegment positions,
      DecodeOptions options,
      DecodeResult result) {
    if (queries.type() != ElementType.BF16 || cache.format() != CacheFormat.BF16) {
      throw new IllegalArgumentException(
          "On CUDA queries and cache are bf16, not %s and %s."
              .formatted(queries.type(), cache.format()));
    }
    int rowBytes = WIDTH * ElementType.BF16.bytes();
    long tokens = times("cache", (long) cache.blocks() * cache.blockTokens(), shape.keyHeads());
    List<Range> others = new ArrayList<>();
    others.add(rows("queries", queries.memory(), shape.rows(), rowBytes, ALIGNMENT));
    others.add(rows("cache", cache.memory(), tokens, rowBytes, ALIGNMENT));
    others.add(new Range(positions.address(), Integer.BYTES));
    options
        .sinks()
        .ifPresent(s -> others.add(rows("sinks", s, shape.heads(), Float.BYTES, Float.BYTES)));
    int outBytes = VALUE_WIDTH * result.type().bytes();
    Range out = rows("out", result.out(), shape.rows(), outBytes, ALIGNMENT);
    out.requireApart("out", others);
    others.add(out);
    rows("logSumExp", result.logSumExp(), shape.rows(), Float.BYTES, Float.BYTES)
        .requireApart("logSumExp", others);
  }

  /** Bytes of a call. */
  private record Range(long from, long bytes) {

    void requireApart(String what, List<Range> others) {
      for (Range other : others) {
        boolean some = bytes > 0 && other.bytes > 0;
        if (some && from < other.from + other.bytes && other.from < from + bytes) {
          throw new IllegalArgumentException(what + " shares memory with what else the call uses.");
        }
      }
    }
  }

  void table(CudaMetadata metadata, PagedCache cache, BlockTable table) {
    int batch = metadata.shape().batch();
    rows("blockTable", table.memory(), batch, table.blocksPerSequence() * 4L, Integer.BYTES);
    long holds = (long) table.blocksPerSequence() * cache.blockTokens();
    for (int b = 0; b < batch; b++) {
      if (metadata.length(b) > holds) {
        throw new IllegalArgumentException(
            "Sequence %d has %d tokens, but the %d blocks of its row of the blockTable hold %d."
                .formatted(b, metadata.length(b), table.blocksPerSequence(), holds));
      }
    }
  }

  void indices(CudaMetadata metadata, TokenIndices indices) {
    DecodeShape shape = metadata.shape();
    if (shape.batch() > 0 && metadata.length(0) != indices.topK()) {
      throw new IllegalArgumentException(
          "The metadata was made for lists of %d tokens, not of %d."
              .formatted(metadata.length(0), indices.topK()));
    }
    long queries = (long) shape.batch() * shape.queryTokens();
    rows("indices", indices.memory(), queries, indices.topK() * 4L, Integer.BYTES);
  }

  /** Requires room for rows on the device. */
  private Range rows(String what, MemorySegment memory, long rows, long rowBytes, int alignment) {
    long needed = times(what, rows, rowBytes);
    if (needed > 0) {
      room(what, memory, needed, alignment);
    }
    return new Range(memory.address(), needed);
  }

  private void room(String what, MemorySegment memory, long needed, int alignment) {
    if (memory.byteSize() > 0) {
      throw new IllegalArgumentException(
          what + " must be memory of the device, as of DeviceMemory.segment, not of the host.");
    }
    long has = bytesFrom.applyAsLong(memory);
    if (has < needed) {
      throw new IllegalArgumentException(
          "%s needs %,d bytes, but its memory on the device has %,d.".formatted(what, needed, has));
    }
    if (memory.address() % alignment != 0) {
      throw new IllegalArgumentException(what + " must be aligned to " + alignment + " bytes.");
    }
  }

  private static long times(String what, long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(what + " would have more than 2^63 bytes.", overflow);
    }
  }
}
