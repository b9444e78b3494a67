package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.indexer.IndexerShape;
import io.mla4j.kernels.memory.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * One point of a test grid.
 *
 * @param queryType of the queries
 * @param tokens cached keys of a sequence; the mean where they vary
 * @param varying whether lengths vary from sequence to sequence, some of them 0
 * @param topK keys to choose for a query token
 */
public record IndexerCase(
    IndexerShape shape,
    CacheFormat format,
    ElementType queryType,
    int tokens,
    int blockTokens,
    boolean varying,
    boolean causal,
    int topK) {

  /** DeepSeek-V3.2's indexer and smaller ones, over lengths around the kernels' sizes. */
  public static List<IndexerCase> grid() {
    List<IndexerCase> cases = new ArrayList<>();
    int i = 0;
    for (int[] size : new int[][] {{64, 128}, {32, 64}, {1, 128}, {9, 128}, {8, 30}, {3, 4}}) {
      for (int queries : new int[] {1, 2, 16, 17, 40, 130}) {
        for (int tokens : new int[] {1, 15, 47, 48, 49, 300, 4000}) {
          int batch = 1 + 2 * (i % 2);
          IndexerShape shape = new IndexerShape(batch, queries, size[0], size[1]);
          addFormats(cases, shape, tokens, i++);
        }
      }
    }
    return cases;
  }

  /** In turn: types of queries, sizes of blocks, masks, and numbers of keys to choose. */
  private static void addFormats(List<IndexerCase> cases, IndexerShape shape, int tokens, int i) {
    int[] blocks = {64, 1, 61, tokens};
    int[] topK = {2048, 1, 64, tokens, 0};
    ElementType[] types = ElementType.values();
    for (CacheFormat format : CacheFormat.values()) {
      if (format.fits(shape.width(), shape.width())) {
        cases.add(
            new IndexerCase(
                shape,
                format,
                types[i % 3 % 2],
                tokens,
                blocks[i % blocks.length],
                shape.batch() > 1,
                i % 4 != 1,
                topK[i % topK.length]));
      }
    }
  }

  /** Pairs of heads of a query token and keys, about. */
  public long work() {
    return shape.batch() * (long) shape.queryTokens() * shape.heads() * tokens;
  }

  /** The same cache and queries, of attention with values as wide as keys. */
  DecodeCase asDecode() {
    DecodeShape decode =
        new DecodeShape(
            shape.batch(), shape.queryTokens(), shape.heads(), 1, shape.width(), shape.width());
    return new DecodeCase(decode, format, tokens, blockTokens, varying, causal, 0, varying, false);
  }
}
