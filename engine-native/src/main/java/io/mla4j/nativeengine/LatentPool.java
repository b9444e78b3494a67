package io.mla4j.nativeengine;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.PagedLatents;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Cached latent rows as decoding reads them: a pool of blocks, and where each sequence's lie.
 *
 * @param lengths [B]: cached tokens of each sequence
 * @param table owns the memory of the block table, to be closed
 */
record LatentPool(PagedCache cache, int[] lengths, BlockTable blocks, Scratch.Loan table)
    implements AutoCloseable {

  /** Whether keys can be decoded, where they lie or after a copy. */
  static boolean accepts(LatentKeys keys) {
    return switch (keys) {
      case PagedLatents paged ->
          format(paged.format()).fits((int) (paged.rank() + paged.rotaryDim()), (int) paged.rank());
      case LatentKeys.Parts parts -> Fused.accepts(parts.latent(), parts.rotary());
      case LatentKeys.Rows rows -> Fused.accepts(rows.packed());
    };
  }

  /** What decoding reads for these keys. */
  static LatentPool of(LatentKeys keys, Scratch scratch, Temporaries temporaries) {
    return switch (keys) {
      case PagedLatents paged -> of(paged, scratch, temporaries);
      case LatentKeys.Parts parts -> of(NativeTensor.of(parts.packed()), scratch, temporaries);
      case LatentKeys.Rows rows -> of(NativeTensor.of(rows.packed()), scratch, temporaries);
    };
  }

  private static CacheFormat format(LatentFormat format) {
    return switch (format) {
      case FLOAT32 -> CacheFormat.FLOAT32;
      case BF16 -> CacheFormat.BF16;
      case INT8 -> CacheFormat.INT8;
    };
  }

  private static LatentPool of(PagedLatents paged, Scratch scratch, Temporaries temporaries) {
    NativeTensor pool = temporaries.rowMajor(NativeTensor.of(paged.pool()));
    PagedCache cache =
        new PagedCache(
            pool.memoryFromStart(),
            format(paged.format()),
            Math.toIntExact(pool.shape().dim(0)),
            Math.toIntExact(paged.blockTokens()));
    int longest = Arrays.stream(paged.table()).mapToInt(row -> row.length).max().orElse(0);
    Scratch.Loan table = scratch.borrow((long) paged.batch() * longest);
    for (int b = 0; b < paged.batch(); b++) {
      int[] blocks = paged.table()[b];
      long to = (long) b * longest * Integer.BYTES;
      MemorySegment.copy(blocks, 0, table.memory(), ValueLayout.JAVA_INT, to, blocks.length);
    }
    return new LatentPool(cache, paged.lengths(), new BlockTable(table.memory(), longest), table);
  }

  /**
   * Rows of one length for every sequence, read where they lie: what lies between the starts of two
   * sequences is a block, as a cache with room to grow has them.
   *
   * @param rows [B, S, D] of FLOAT32
   */
  private static LatentPool of(NativeTensor rows, Scratch scratch, Temporaries temporaries) {
    NativeTensor fitting = fits(rows) ? rows : temporaries.copy(rows);
    int batch = Math.toIntExact(rows.shape().dim(0));
    int keys = Math.toIntExact(rows.shape().dim(1));
    int blockTokens = Math.toIntExact(blockTokens(fitting));
    Scratch.Loan table = scratch.borrow(batch);
    for (int b = 0; b < batch; b++) {
      table.memory().setAtIndex(ValueLayout.JAVA_INT, b, b);
    }
    int[] lengths = new int[batch];
    Arrays.fill(lengths, keys);
    PagedCache cache =
        new PagedCache(fitting.memoryFromStart(), CacheFormat.FLOAT32, batch, blockTokens);
    return new LatentPool(cache, lengths, new BlockTable(table.memory(), 1), table);
  }

  private static boolean fits(NativeTensor rows) {
    Layout layout = rows.layout();
    long width = rows.shape().dim(2);
    boolean adjacent = layout.hasAdjacentElements() && layout.stride(1) == width;
    if (!adjacent || (rows.shape().dim(0) > 1 && layout.stride(0) % width != 0)) {
      return false;
    }
    long tokens = blockTokens(rows);
    // The last block may reach behind the last row, but not behind the memory.
    long end = rows.shape().dim(0) * tokens * width * Float.BYTES;
    return tokens >= rows.shape().dim(1)
        && tokens <= Integer.MAX_VALUE
        && end <= rows.memoryFromStart().byteSize();
  }

  private static long blockTokens(NativeTensor rows) {
    long keys = Math.max(1, rows.shape().dim(1));
    return rows.shape().dim(0) > 1 ? rows.layout().stride(0) / rows.shape().dim(2) : keys;
  }

  @Override
  public void close() {
    table.close();
  }
}
