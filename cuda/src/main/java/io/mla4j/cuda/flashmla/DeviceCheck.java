package io.mla4j.cuda.flashmla;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.flashmla.BlockTable;
import io.mla4j.flashmla.CacheFormat;
import io.mla4j.flashmla.DecodeOptions;
import io.mla4j.flashmla.DecodeResult;
import io.mla4j.flashmla.DecodeShape;
import io.mla4j.flashmla.PagedCache;
import io.mla4j.flashmla.Queries;
import io.mla4j.flashmla.TokenIndices;
import io.mla4j.kernels.ElementType;
import java.lang.foreign.MemorySegment;
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

  void common(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      DecodeOptions options,
      DecodeResult result) {
    if (queries.type() != ElementType.BF16 || cache.format() != CacheFormat.BF16) {
      throw new IllegalArgumentException(
          "On CUDA queries and cache are bf16, not %s and %s."
              .formatted(queries.type(), cache.format()));
    }
    int bf16 = ElementType.BF16.bytes();
    long tokens = (long) cache.blocks() * cache.blockTokens() * shape.keyHeads();
    rows("queries", queries.memory(), shape.rows(), WIDTH * bf16, ALIGNMENT);
    rows("cache", cache.memory(), tokens, WIDTH * bf16, ALIGNMENT);
    rows("out", result.out(), shape.rows(), VALUE_WIDTH * result.type().bytes(), ALIGNMENT);
    rows("logSumExp", result.logSumExp(), shape.rows(), Float.BYTES, Float.BYTES);
    options.sinks().ifPresent(s -> rows("sinks", s, shape.heads(), Float.BYTES, Float.BYTES));
    long outBytes = shape.rows() * VALUE_WIDTH * result.type().bytes();
    long lseBytes = shape.rows() * Float.BYTES;
    long queryBytes = shape.rows() * WIDTH * bf16;
    long cacheBytes = tokens * WIDTH * bf16;
    apart("out", result.out(), outBytes, queries.memory(), queryBytes);
    apart("out", result.out(), outBytes, cache.memory(), cacheBytes);
    apart("logSumExp", result.logSumExp(), lseBytes, queries.memory(), queryBytes);
    apart("logSumExp", result.logSumExp(), lseBytes, cache.memory(), cacheBytes);
    apart("logSumExp", result.logSumExp(), lseBytes, result.out(), outBytes);
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

  private void rows(String what, MemorySegment memory, long rows, long rowBytes, int alignment) {
    long needed = Math.multiplyExact(rows, rowBytes);
    if (needed == 0) {
      return;
    }
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

  private static void apart(
      String what, MemorySegment written, long bytes, MemorySegment read, long readBytes) {
    if (written.address() < read.address() + readBytes
        && read.address() < written.address() + bytes) {
      throw new IllegalArgumentException(what + " shares memory with what else the call uses.");
    }
  }
}
