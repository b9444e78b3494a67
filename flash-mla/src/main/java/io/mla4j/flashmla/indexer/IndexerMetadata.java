package io.mla4j.flashmla.indexer;

import java.util.ArrayList;
import java.util.List;

/**
 * How the indexer's work is divided, made once a step and used by every layer. A part is up to 16
 * query tokens with a run of keys; parts are gathered in waves, whose scores are selected from
 * before the next wave overwrites them, so that no matrix of all tokens by all keys is kept.
 */
public final class IndexerMetadata {

  /** Query tokens that share a transposed panel of keys; 64 heads of 128 are 256 KiB of bf16. */
  private static final int TOKENS_TOGETHER = 16;

  /** Keys that the kernels score at once. */
  private static final int PANEL = 48;

  private static final int FEWEST_KEYS = 5 * PANEL;
  private static final int MOST_KEYS = 64 * PANEL;

  /** Parts a thread has, so that none waits long for another. */
  private static final int PARTS_PER_THREAD = 8;

  /** Scores of a wave: 16 MiB. */
  private static final long WAVE_SCORES = 1 << 22;

  private final IndexerShape shape;
  private final int[] lengths;
  private final boolean causal;
  private final int longest;
  private final List<Wave> waves = new ArrayList<>();

  /** Query tokens, counted over all sequences, that are scored before they are selected from. */
  record Wave(long firstRow, long rows, List<IndexerPart> parts) {}

  private IndexerMetadata(IndexerShape shape, int[] lengths, boolean causal) {
    this.shape = shape;
    this.lengths = lengths;
    this.causal = causal;
    int most = 0;
    for (int length : lengths) {
      most = Math.max(most, length);
    }
    this.longest = most;
  }

  public static IndexerMetadata of(
      IndexerShape shape, int[] cacheLengths, boolean causal, int threads) {
    if (cacheLengths.length != shape.batch()) {
      throw new IllegalArgumentException(
          "cacheLengths needs a length for each of %d sequences, not %d."
              .formatted(shape.batch(), cacheLengths.length));
    }
    int[] lengths = cacheLengths.clone();
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("A cache length must be 0 or more, not " + length + ".");
      }
    }
    return new IndexerMetadata(shape, lengths, causal).divide(threads);
  }

  private IndexerMetadata divide(int threads) {
    int partKeys = partKeys(threads);
    List<IndexerPart> parts = new ArrayList<>();
    long first = 0;
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < shape.queryTokens(); t += TOKENS_TOGETHER) {
        int tokens = Math.min(TOKENS_TOGETHER, shape.queryTokens() - t);
        long row = (long) b * shape.queryTokens() + t;
        if (row > first && (row + tokens - first) * longest > WAVE_SCORES) {
          waves.add(new Wave(first, row - first, List.copyOf(parts)));
          parts.clear();
          first = row;
        }
        int end = visible(b, t + tokens - 1);
        for (long from = 0; from < end; from += partKeys) {
          int to = (int) Math.min(end, from + partKeys);
          parts.add(new IndexerPart(b, t, tokens, (int) from, to));
        }
      }
    }
    if (shape.tokens() > first) {
      waves.add(new Wave(first, shape.tokens() - first, List.copyOf(parts)));
    }
    return this;
  }

  private int partKeys(int threads) {
    long blocks = (shape.queryTokens() + TOKENS_TOGETHER - 1) / TOKENS_TOGETHER;
    double keys = 0;
    for (int length : lengths) {
      keys += (double) length * blocks;
    }
    double panels = Math.ceil(keys / threads / PARTS_PER_THREAD / PANEL);
    return (int) Math.clamp(panels * PANEL, FEWEST_KEYS, MOST_KEYS);
  }

  public IndexerShape shape() {
    return shape;
  }

  /** The cached keys of a sequence. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** Whether query token t sees only the first {@code S − T + t + 1} keys. */
  public boolean causal() {
    return causal;
  }

  /** The keys of the longest sequence: a row of scores has as many. */
  public int longest() {
    return longest;
  }

  /** Keys that a query token sees. */
  int visible(int sequence, int queryToken) {
    long seen = causal ? (long) lengths[sequence] - shape.queryTokens() + queryToken + 1 : longest;
    return (int) Math.clamp(seen, 0, lengths[sequence]);
  }

  List<Wave> waves() {
    return waves;
  }

  /** Query tokens of the largest wave. */
  long mostRows() {
    return waves.stream().mapToLong(Wave::rows).max().orElse(0);
  }
}
