package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.paged.PagedShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Attention of [B, T, H, D] over a paged cache of keys and values.
 *
 * @param lengths of the sequences, B of them
 * @param queries T
 * @param heads H
 * @param keyHeads G
 * @param width D
 * @param valueWidth V
 * @param blockTokens of a block
 * @param causal whether no query sees tokens behind it
 * @param window how far it sees, 0 for everything
 * @param type of the cache
 */
public record PagedCase(
    List<Integer> lengths,
    int queries,
    int heads,
    int keyHeads,
    int width,
    int valueWidth,
    int blockTokens,
    boolean causal,
    long window,
    ElementType type) {

  public PagedCase {
    lengths = List.copyOf(lengths);
  }

  private static final PagedCase STEP =
      new PagedCase(List.of(1), 1, 4, 2, 16, 16, 16, true, 0, ElementType.FLOAT32);

  /** All of the following, over both types of cache. */
  public static List<PagedCase> grid() {
    List<PagedCase> cases = new ArrayList<>();
    cases.addAll(lengthsAndBlocks());
    cases.addAll(widths());
    cases.addAll(sharedHeads());
    cases.addAll(queriesAndWindows());
    return cases;
  }

  /** Lengths around every boundary of blocks, tiles and parts; empty sequences among them. */
  public static List<PagedCase> lengthsAndBlocks() {
    List<PagedCase> cases = new ArrayList<>();
    for (int blockTokens : new int[] {1, 7, 16, 64, 100}) {
      for (int length : new int[] {0, 1, 3, 15, 16, 17, 63, 64, 65, 127, 129, 700}) {
        cases.add(STEP.withLengths(length).withBlocks(blockTokens));
      }
      cases.add(STEP.withLengths(5, 0, 300, 64, 1, 131).withBlocks(blockTokens));
    }
    return ofBothTypes(cases);
  }

  /** Widths around those of vectors. */
  public static List<PagedCase> widths() {
    List<PagedCase> cases = new ArrayList<>();
    for (int[] width :
        new int[][] {
          {1, 1},
          {2, 3},
          {7, 5},
          {15, 17},
          {16, 48},
          {31, 33},
          {64, 64},
          {65, 40},
          {80, 80},
          {96, 100},
          {128, 128},
          {130, 127},
          {256, 31}
        }) {
      for (int[] heads : new int[][] {{1, 1}, {2, 1}, {6, 2}, {8, 2}}) {
        cases.add(STEP.withLengths(75, 20).withHeads(heads).withWidths(width));
      }
    }
    return ofBothTypes(cases);
  }

  /** Query heads that share a key head: none, odd numbers, and all. */
  public static List<PagedCase> sharedHeads() {
    List<PagedCase> cases = new ArrayList<>();
    for (int[] heads :
        new int[][] {
          {1, 1}, {3, 3}, {32, 32}, {6, 3}, {3, 1}, {10, 2}, {6, 1}, {14, 2}, {32, 4}, {11, 1},
          {64, 1}, {300, 2}
        }) {
      cases.add(STEP.withLengths(90, 0, 33).withHeads(heads).withWidths(40, 24));
    }
    return ofBothTypes(cases);
  }

  /** Several query tokens, more than a sequence has among them, with and without windows. */
  public static List<PagedCase> queriesAndWindows() {
    List<PagedCase> cases = new ArrayList<>();
    for (int queries : new int[] {1, 2, 5, 9, 70}) {
      for (long window : new long[] {0, 1, 2, 50, 129, Long.MAX_VALUE}) {
        PagedCase one = STEP.withLengths(300, 4, 75).withQueries(queries).withWindow(window);
        cases.add(one);
        cases.add(one.withHeads(6, 2).bothWays());
      }
    }
    cases.add(STEP.withLengths(5000).withQueries(3).withWindow(100));
    return ofBothTypes(cases);
  }

  private static List<PagedCase> ofBothTypes(List<PagedCase> cases) {
    List<PagedCase> both = new ArrayList<>();
    for (PagedCase one : cases) {
      both.add(one);
      both.add(one.withType(ElementType.BF16));
    }
    return both;
  }

  private PagedCase withLengths(int... others) {
    List<Integer> list = Arrays.stream(others).boxed().toList();
    return new PagedCase(
        list, queries, heads, keyHeads, width, valueWidth, blockTokens, causal, window, type);
  }

  private PagedCase withQueries(int other) {
    return new PagedCase(
        lengths, other, heads, keyHeads, width, valueWidth, blockTokens, causal, window, type);
  }

  private PagedCase withHeads(int... h) {
    return new PagedCase(
        lengths, queries, h[0], h[1], width, valueWidth, blockTokens, causal, window, type);
  }

  private PagedCase withWidths(int... w) {
    return new PagedCase(
        lengths, queries, heads, keyHeads, w[0], w[1], blockTokens, causal, window, type);
  }

  private PagedCase withBlocks(int other) {
    return new PagedCase(
        lengths, queries, heads, keyHeads, width, valueWidth, other, causal, window, type);
  }

  private PagedCase bothWays() {
    return new PagedCase(
        lengths, queries, heads, keyHeads, width, valueWidth, blockTokens, false, window, type);
  }

  private PagedCase withWindow(long other) {
    return new PagedCase(
        lengths, queries, heads, keyHeads, width, valueWidth, blockTokens, causal, other, type);
  }

  private PagedCase withType(ElementType other) {
    return new PagedCase(
        lengths, queries, heads, keyHeads, width, valueWidth, blockTokens, causal, window, other);
  }

  int batch() {
    return lengths.size();
  }

  PagedShape shape() {
    return new PagedShape(batch(), queries, heads, keyHeads, width, valueWidth);
  }

  /** Pairs of query rows and tokens. */
  public long work() {
    return (long) heads * queries * lengths.stream().mapToLong(length -> length).sum();
  }
}
