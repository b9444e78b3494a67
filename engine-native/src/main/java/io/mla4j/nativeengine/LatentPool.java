package io.mla4j.nativeengine;

import io.mla4j.flashmla.BlockTable;
import io.mla4j.flashmla.CacheFormat;
import io.mla4j.flashmla.PagedCache;
import io.mla4j.kernels.Scratch;
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

  /**
   * Rows of one length for every sequence, read where they lie: what lies between the starts of two
   * sequences is a block, as a cache with room to grow has them.
   *
   * @param rows [B, S, D] of FLOAT32
   */
  static LatentPool of(NativeTensor rows, Scratch scratch, Temporaries temporaries) {
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
