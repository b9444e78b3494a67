package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.kernels.memory.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * One point of a test grid.
 *
 * @param batch sequences
 * @param queries query tokens of a sequence; the mean where they vary
 * @param prefix keys in front of a sequence's own, cached from earlier; the mean where they vary.
 *     Less than 0 leaves the first queries without keys of their own
 * @param varying whether lengths vary from sequence to sequence, some of them 0
 * @param strided whether rows are parts of wider ones
 */
public record PrefillCase(
    PrefillShape shape,
    ElementType type,
    int batch,
    int queries,
    int prefix,
    boolean varying,
    boolean causal,
    boolean strided) {

  private static final int[][] WIDTHS = {
    {192, 128}, {128, 128}, {96, 64}, {64, 96}, {33, 17}, {5, 40}, {1, 1}, {256, 256}
  };

  /** One sequence or several of the lengths given, in bf16. */
  public static PrefillCase of(PrefillShape shape, int batch, int queries, int prefix) {
    return new PrefillCase(shape, ElementType.BF16, batch, queries, prefix, batch > 1, true, false);
  }

  public PrefillCase in(ElementType other) {
    return new PrefillCase(shape, other, batch, queries, prefix, varying, causal, strided);
  }

  public PrefillCase notCausal() {
    return new PrefillCase(shape, type, batch, queries, prefix, varying, false, strided);
  }

  public PrefillCase asParts() {
    return new PrefillCase(shape, type, batch, queries, prefix, varying, causal, true);
  }

  /** FlashMLA's lengths and heads, and those around the sizes of blocks and tiles. */
  public static List<PrefillCase> grid() {
    List<PrefillCase> cases = new ArrayList<>();
    int[][] heads = {{1, 1}, {16, 16}, {6, 2}, {16, 1}, {128, 128}, {128, 1}};
    for (int[] h : heads) {
      for (int[] width : new int[][] {{192, 128}, {128, 128}}) {
        PrefillShape shape = new PrefillShape(h[0], h[1], width[0], width[1]);
        for (int queries : new int[] {1, 97, 300, 1024}) {
          for (int prefix : new int[] {0, 100, 3000, -40}) {
            for (int batch : new int[] {1, 3}) {
              addKinds(cases, PrefillCase.of(shape, batch, queries, prefix));
            }
          }
        }
      }
    }
    return cases;
  }

  /** Even and odd widths, keys wider than values and the other way round. */
  public static List<PrefillCase> widths() {
    List<PrefillCase> cases = new ArrayList<>();
    for (int[] width : WIDTHS) {
      PrefillShape shape = new PrefillShape(6, 2, width[0], width[1]);
      addKinds(cases, PrefillCase.of(shape, 4, 60, 45));
    }
    return cases;
  }

  /** Lengths around tiles of keys and groups of rows. */
  public static List<PrefillCase> lengths() {
    List<PrefillCase> cases = new ArrayList<>();
    PrefillShape shape = new PrefillShape(2, 2, 24, 20);
    for (int queries : new int[] {1, 2, 15, 16, 17, 31, 33, 95, 96, 97, 191, 257}) {
      for (int prefix : new int[] {0, 1, 11, 12, 13, 95, 96, 97}) {
        cases.add(PrefillCase.of(shape, 1, queries, prefix));
        cases.add(PrefillCase.of(shape, 1, queries, prefix).in(ElementType.FLOAT32));
      }
    }
    return cases;
  }

  private static void addKinds(List<PrefillCase> cases, PrefillCase point) {
    for (ElementType type : ElementType.values()) {
      cases.add(point.in(type));
      cases.add(point.in(type).notCausal().asParts());
      cases.add(point.in(type).asParts());
    }
  }

  /** Pairs of query rows and keys, about. */
  public long work() {
    return (long) batch * shape.heads() * queries * Math.max(1, queries + prefix);
  }
}
