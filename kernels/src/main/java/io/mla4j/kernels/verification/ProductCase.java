package io.mla4j.kernels.verification;

import java.util.ArrayList;
import java.util.List;

/**
 * One float32 product, {@code C [M, N] = A [M, K] · Bᵀ + bias}.
 *
 * @param m rows of A
 * @param n rows of B
 * @param k columns of both
 * @param columnsOfA whether A lies column by column
 * @param columnsOfB whether B lies column by column, so that the product is of plain matrices
 * @param columnsOfC whether C lies column by column
 */
public record ProductCase(
    int m, int n, int k, boolean columnsOfA, boolean columnsOfB, boolean columnsOfC) {

  private static final int[] SIZES = {1, 2, 3, 5, 7, 13, 16, 17, 31, 33, 64, 65, 127, 129, 255};
  private static final int[] SMALL_SIZES = {0, 1, 2, 5, 6, 7, 16, 33};
  private static final int LAYOUTS = 8;

  /**
   * @param layout bits: columns of A, of B, of C
   */
  private static ProductCase of(int m, int n, int k, int layout) {
    return new ProductCase(m, n, k, (layout & 1) != 0, (layout & 2) != 0, (layout & 4) != 0);
  }

  /** Odd sizes with A and C row by row, B in both ways; {@link #layouts} and {@link #panels}. */
  public static List<ProductCase> grid() {
    List<ProductCase> cases = new ArrayList<>();
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          cases.add(of(m, n, k, 0));
          cases.add(of(m, n, k, 2));
        }
      }
    }
    cases.addAll(layouts());
    cases.addAll(panels());
    return cases;
  }

  /** Small sizes, 0 among them, in every layout. */
  public static List<ProductCase> layouts() {
    List<ProductCase> cases = new ArrayList<>();
    for (int m : SMALL_SIZES) {
      for (int n : SMALL_SIZES) {
        for (int k : SMALL_SIZES) {
          for (int layout = 0; layout < LAYOUTS; layout++) {
            cases.add(of(m, n, k, layout));
          }
        }
      }
    }
    return cases;
  }

  /** Sizes that take several panels and threads, and more steps than a panel holds. */
  public static List<ProductCase> panels() {
    return List.of(
        of(70, 700, 300, 0),
        of(700, 70, 300, 0),
        of(1, 3000, 257, 0),
        of(3000, 1, 257, 0),
        of(3, 100, 9001, 0),
        of(40, 65, 9001, 1),
        of(300, 300, 40, 3),
        of(300, 300, 40, 7));
  }

  /** Multiply-adds. */
  public long work() {
    return (long) m * n * k;
  }
}
