package io.mla4j.kernels.paged;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the work of a step is divided among threads, made once a step and used by every layer. All
 * heads of a token are in one part, so that a part reads memory in the order of its addresses, and
 * the cached tokens are what is split.
 */
public final class PagedPlan {

  /** Query rows after which they and their sums would leave the second-level cache. */
  private static final int MOST_ROWS = 256;

  /** Tokens below which joining parts costs more than another thread brings. */
  private static final int LEAST_TOKENS = 128;

  /** A multiple of the tokens that kernels take at once: a part is one, but for the last. */
  private static final int STEP = 64;

  /** Parts a thread has, so that none waits long for another. */
  private static final int PARTS_PER_THREAD = 4;

  private final PagedShape shape;
  private final int[] lengths;
  private final boolean causal;
  private final long window;
  private final int queriesTogether;
  private final List<Unit> units = new ArrayList<>();
  private final List<PagedPart> parts = new ArrayList<>();
  private long partialElements;

  /** Query tokens that share their cached tokens, and the parts these are split into. */
  record Unit(int sequence, int firstQuery, int queryTokens, int firstPart, int parts) {}

  private PagedPlan(PagedShape shape, int[] lengths, boolean causal, long window) {
    this.shape = shape;
    this.lengths = lengths;
    this.causal = causal;
    this.window = window;
    this.queriesTogether = Math.clamp(MOST_ROWS / shape.heads(), 1, shape.queryTokens());
  }

  static PagedPlan of(
      PagedShape shape, int[] cacheLengths, boolean causal, long window, int threads) {
    if (cacheLengths.length != shape.batch()) {
      throw new IllegalArgumentException(
          "A plan needs a length for each of %d sequences, not %d."
              .formatted(shape.batch(), cacheLengths.length));
    }
    if (window < 0) {
      throw new IllegalArgumentException("An attention window is 0 or more, not " + window + ".");
    }
    int[] lengths = cacheLengths.clone();
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException(
            "A length in the cache is 0 or more, not " + length + ".");
      }
    }
    return new PagedPlan(shape, lengths, causal, widest(window)).divide(threads);
  }

  /** A window wider than any sequence, which hides nothing, may be none. */
  private static long widest(long window) {
    return window > 2L * Integer.MAX_VALUE ? 0 : window;
  }

  private PagedPlan divide(int threads) {
    long tokens = 0;
    for (int b = 0; b < shape.batch(); b++) {
      for (int t = 0; t < shape.queryTokens(); t += queriesTogether) {
        tokens += Math.max(0, end(b, lastQuery(t)) - first(b, t));
      }
    }
    long wanted = threads == 1 ? 1 : (long) threads * PARTS_PER_THREAD;
    long share = Math.max(LEAST_TOKENS, (tokens + wanted - 1) / wanted);
    int partTokens = (int) Math.min(1 << 30, (share + STEP - 1) / STEP * STEP);
    for (int b = 0; b < shape.batch(); b++) {
      for (int t = 0; t < shape.queryTokens(); t += queriesTogether) {
        add(b, t, partTokens);
      }
    }
    return this;
  }

  private int lastQuery(int firstQuery) {
    return Math.min(firstQuery + queriesTogether, shape.queryTokens()) - 1;
  }

  private void add(int b, int firstQuery, int partTokens) {
    int queries = lastQuery(firstQuery) - firstQuery + 1;
    int before = parts.size();
    long end = end(b, firstQuery + queries - 1);
    for (long from = first(b, firstQuery); from < end; from += partTokens) {
      int to = (int) Math.min(end, from + partTokens);
      parts.add(new PagedPart(b, firstQuery, queries, (int) from, to, partialElements));
      partialElements += (long) queries * shape.heads() * (shape.valueWidth() + 2);
    }
    units.add(new Unit(b, firstQuery, queries, before, parts.size() - before));
  }

  /** Where a query token stands in its sequence; before its start where that is shorter. */
  long position(int sequence, int queryToken) {
    return (long) lengths[sequence] - shape.queryTokens() + queryToken;
  }

  /** The first cached token that a query token sees. */
  long first(int sequence, int queryToken) {
    long position = position(sequence, queryToken);
    return window == 0 ? 0 : Math.clamp(position - window + 1, 0, lengths[sequence]);
  }

  /** The cached token behind the last that a query token sees. */
  long end(int sequence, int queryToken) {
    long position = position(sequence, queryToken);
    if (causal) {
      return Math.clamp(position + 1, 0, lengths[sequence]);
    }
    return window == 0 ? lengths[sequence] : Math.clamp(position + window, 0, lengths[sequence]);
  }

  public PagedShape shape() {
    return shape;
  }

  /** The cached tokens of a sequence. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** Whether no query token sees what stands behind it. */
  public boolean causal() {
    return causal;
  }

  /** How far a query token sees; 0 for everything. */
  public long window() {
    return window;
  }

  /** Whether it is what would be made of these. */
  public boolean isOf(PagedShape other, int[] cacheLengths, boolean causally, long within) {
    return shape.equals(other)
        && causal == causally
        && window == widest(within)
        && Arrays.equals(lengths, cacheLengths);
  }

  List<PagedPart> parts() {
    return parts;
  }

  /** The one that a query token belongs to. */
  Unit unit(int sequence, int queryToken) {
    int ofSequence = Math.ceilDiv(shape.queryTokens(), queriesTogether);
    return units.get(sequence * ofSequence + queryToken / queriesTogether);
  }

  long partialElements() {
    return partialElements;
  }
}
