package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.decode.DecodeShape;
import java.util.ArrayList;
import java.util.List;

/**
 * One point of a test grid.
 *
 * @param tokens cached tokens of a sequence; the mean where they vary
 * @param varying whether lengths vary from sequence to sequence
 * @param topK listed tokens a query, 0 for dense attention
 * @param emptySequences whether every other sequence has no token
 * @param sinks whether heads have sinks, infinite ones among them
 */
public record DecodeCase(
    DecodeShape shape,
    CacheFormat format,
    int tokens,
    int blockTokens,
    boolean varying,
    boolean causal,
    int topK,
    boolean emptySequences,
    boolean sinks) {

  private static final int WIDTH = 576;
  private static final int VALUE_WIDTH = 512;
  private static final int[] BATCHES = {1, 2, 6, 64};
  private static final int[] QUERY_TOKENS = {1, 2, 4};
  private static final int[] TOKENS = {20, 140, 4096};
  private static final int[] HEADS = {1, 3, 9, 63, 64, 126, 128};
  private static final int[] KEY_HEADS = {1, 2, 3, 8};
  private static final int[] SPARSE_BLOCKS = {2, 61, 64, 69, 576};

  /** A bf16 case with blocks of 64 tokens. */
  public static DecodeCase dense(DecodeShape shape, int tokens, boolean varying, boolean causal) {
    return new DecodeCase(shape, CacheFormat.BF16, tokens, 64, varying, causal, 0, false, false);
  }

  /** FlashMLA's dense grid, 2,304 cases, then the same kind with empty sequences and sinks. */
  public static List<DecodeCase> denseGrid() {
    List<DecodeCase> cases = new ArrayList<>();
    for (int batch : BATCHES) {
      for (int queries : QUERY_TOKENS) {
        for (int tokens : TOKENS) {
          for (int heads : HEADS) {
            for (int keyHeads : KEY_HEADS) {
              if (heads % keyHeads == 0) {
                addDense(cases, batch, queries, tokens, heads, keyHeads);
              }
            }
          }
        }
      }
    }
    for (int heads : new int[] {1, 9, 16, 128}) {
      for (boolean sinks : new boolean[] {false, true}) {
        DecodeShape shape = new DecodeShape(6, 2, heads, 1, WIDTH, VALUE_WIDTH);
        DecodeCase empty = dense(shape, 140, true, true).withEmptySequences();
        cases.add(sinks ? empty.withSinks() : empty);
        DecodeCase full = dense(shape, 700, true, false);
        cases.add(sinks ? full.withSinks() : full);
      }
    }
    return cases;
  }

  private static void addDense(
      List<DecodeCase> cases, int batch, int queries, int tokens, int heads, int keyHeads) {
    DecodeShape shape = new DecodeShape(batch, queries, heads, keyHeads, WIDTH, VALUE_WIDTH);
    for (boolean varying : new boolean[] {false, true}) {
      for (boolean causal : new boolean[] {false, true}) {
        cases.add(dense(shape, tokens, varying, causal));
      }
    }
  }

  /** Lists of tokens: FlashMLA's block sizes, with entries that are none. */
  public static List<DecodeCase> sparseGrid() {
    List<DecodeCase> cases = new ArrayList<>();
    for (int blockTokens : SPARSE_BLOCKS) {
      for (int topK : new int[] {1, 64, 128, 2048}) {
        for (int heads : new int[] {16, 64, 128}) {
          for (int batch : new int[] {1, 3}) {
            DecodeShape shape = new DecodeShape(batch, 2, heads, 1, WIDTH, VALUE_WIDTH);
            cases.add(
                new DecodeCase(
                    shape, CacheFormat.BF16, 3000, blockTokens, true, false, topK, false, false));
          }
        }
      }
    }
    return cases;
  }

  /** The dense grid's middle and the sparse grid over caches of another format. */
  public static List<DecodeCase> formatGrid(CacheFormat format) {
    List<DecodeCase> cases = new ArrayList<>();
    for (int heads : HEADS) {
      for (int queries : QUERY_TOKENS) {
        for (int tokens : TOKENS) {
          DecodeShape shape = new DecodeShape(2, queries, heads, 1, WIDTH, VALUE_WIDTH);
          cases.add(dense(shape, tokens, true, true).withFormat(format));
        }
      }
    }
    sparseGrid().forEach(point -> cases.add(point.withFormat(format)));
    return cases;
  }

  /** The head sizes of the models that use latent attention, and odd ones. */
  public static List<DecodeCase> widths() {
    List<DecodeCase> cases = new ArrayList<>();
    int[][] widths = {{576, 512}, {288, 256}, {80, 64}, {40, 24}, {34, 33}, {2, 1}, {18, 18}};
    for (int[] width : widths) {
      for (CacheFormat format : CacheFormat.values()) {
        if (!format.fits(width[0], width[1])) {
          continue;
        }
        DecodeShape shape = new DecodeShape(2, 3, 20, 1, width[0], width[1]);
        cases.add(new DecodeCase(shape, format, 300, 64, true, true, 0, false, true));
        cases.add(new DecodeCase(shape, format, 300, 7, false, false, 100, false, false));
      }
    }
    return cases;
  }

  public DecodeCase withFormat(CacheFormat other) {
    return new DecodeCase(
        shape, other, tokens, blockTokens, varying, causal, topK, emptySequences, sinks);
  }

  public DecodeCase withEmptySequences() {
    return new DecodeCase(shape, format, tokens, blockTokens, varying, causal, topK, true, sinks);
  }

  public DecodeCase withSinks() {
    return new DecodeCase(
        shape, format, tokens, blockTokens, varying, causal, topK, emptySequences, true);
  }

  boolean sparse() {
    return topK > 0;
  }
}
