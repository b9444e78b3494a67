package io.mla4j.kernels.verification;

import java.util.ArrayList;
import java.util.List;

/**
 * Attention of [B, T, H, D] over [B, S, G, D] and [B, S, G, V].
 *
 * @param queries T
 * @param keys S
 * @param heads H
 * @param keyHeads G
 * @param width D
 * @param valueWidth V
 * @param causal whether no query sees keys after its own position
 * @param window how far it sees, 0 for everything
 * @param padded whether keys are hidden: every third in one sequence, the first half of another's,
 *     all of a third's
 * @param rotaryWidth how much of the width lies in a second place, 0 for nothing
 */
public record AttentionCase(
    int batch,
    int queries,
    int keys,
    int heads,
    int keyHeads,
    int width,
    int valueWidth,
    boolean causal,
    long window,
    boolean padded,
    int rotaryWidth) {

  private static final AttentionCase ENCODER =
      new AttentionCase(1, 1, 1, 2, 2, 6, 7, false, 0, false, 0);

  /** All of the following. */
  public static List<AttentionCase> grid() {
    List<AttentionCase> cases = new ArrayList<>(lengths());
    cases.addAll(sharedHeads());
    cases.addAll(windows());
    cases.addAll(padding());
    cases.addAll(encoders());
    return cases;
  }

  /** Lengths around every block boundary, more queries than keys among them. */
  public static List<AttentionCase> lengths() {
    List<AttentionCase> cases = new ArrayList<>();
    for (int queries : new int[] {1, 2, 7, 31, 33, 65}) {
      for (int keys : new int[] {0, 1, 5, 127, 128, 129, 300}) {
        AttentionCase all = ENCODER.withLengths(2, queries, keys);
        cases.add(all.withSizes(2, 2, 5, 3));
        cases.add(all.withLengths(1, queries, keys).withSizes(2, 1, 16, 33).causally());
      }
    }
    cases.add(ENCODER.withLengths(1, 80, 20).withSizes(2, 2, 8, 8).causally());
    return cases;
  }

  /** Query heads that share a key head. */
  public static List<AttentionCase> sharedHeads() {
    return List.of(
        ENCODER.withLengths(2, 9, 40).withSizes(6, 2, 8, 40).causally(),
        ENCODER.withLengths(1, 1, 200).withSizes(16, 1, 40, 32),
        ENCODER.withLengths(1, 3, 200).withSizes(40, 1, 20, 70).causally());
  }

  /** Windows, the widest of which hide nothing. */
  public static List<AttentionCase> windows() {
    List<AttentionCase> cases = new ArrayList<>();
    for (long window : new long[] {1, 2, 50, 129, 1000, Long.MAX_VALUE}) {
      for (int queries : new int[] {2, 70}) {
        AttentionCase wide = ENCODER.withLengths(1, queries, 300).withWindow(window);
        cases.add(wide);
        cases.add(wide.causally());
      }
    }
    return cases;
  }

  /** Padding and rows that see nothing. */
  public static List<AttentionCase> padding() {
    List<AttentionCase> cases = new ArrayList<>();
    for (int queries : new int[] {1, 40, 300}) {
      AttentionCase padded =
          ENCODER.withLengths(3, queries, 300).withSizes(2, 1, 8, 20).withPadding();
      cases.add(padded);
      cases.add(padded.causally());
      cases.add(padded.causally().withWindow(9));
    }
    return cases;
  }

  /** Sequences that see themselves, with padding, windows, and widths in two places. */
  public static List<AttentionCase> encoders() {
    List<AttentionCase> cases = new ArrayList<>();
    for (int tokens : new int[] {1, 3, 16, 17, 64, 100, 128, 131, 257}) {
      for (int[] width : new int[][] {{64, 64, 0}, {48, 32, 16}, {33, 31, 0}, {7, 5, 2}}) {
        for (long window : new long[] {0, 1, 16, 128}) {
          AttentionCase encoder =
              ENCODER
                  .withLengths(3, tokens, tokens)
                  .withSizes(3, 3, width[0], width[1])
                  .withWindow(window)
                  .withRotary(width[2]);
          cases.add(encoder);
          cases.add(encoder.withPadding());
        }
      }
    }
    return cases;
  }

  private AttentionCase withLengths(int otherBatch, int otherQueries, int otherKeys) {
    return new AttentionCase(
        otherBatch,
        otherQueries,
        otherKeys,
        heads,
        keyHeads,
        width,
        valueWidth,
        causal,
        window,
        padded,
        rotaryWidth);
  }

  private AttentionCase withSizes(int h, int g, int d, int v) {
    return new AttentionCase(batch, queries, keys, h, g, d, v, causal, window, padded, rotaryWidth);
  }

  private AttentionCase causally() {
    return with(true, window, padded, rotaryWidth);
  }

  private AttentionCase withWindow(long other) {
    return with(causal, other, padded, rotaryWidth);
  }

  private AttentionCase withPadding() {
    return with(causal, window, true, rotaryWidth);
  }

  private AttentionCase withRotary(int other) {
    return with(causal, window, padded, other);
  }

  private AttentionCase with(boolean c, long w, boolean p, int r) {
    return new AttentionCase(batch, queries, keys, heads, keyHeads, width, valueWidth, c, w, p, r);
  }

  /** Pairs of query rows and keys. */
  public long work() {
    return (long) batch * heads * queries * keys;
  }
}
