package io.mla4j.kernels.verification;

import io.mla4j.kernels.product.ActivationFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * One product with packed weights, {@code C [M, N] = function(X [M, K] · Wᵀ + bias) + residual}.
 *
 * @param m rows of activations
 * @param n output channels
 * @param k depth
 * @param residual whether what the result held before is added
 */
public record PackedProductCase(
    ProductTypes types,
    int m,
    int n,
    int k,
    ActivationFunction function,
    boolean bias,
    boolean residual) {

  private static final int[] SIZES = {1, 2, 7, 31, 33, 64, 100};

  /** Rows up to beyond a tile's. */
  private static final int MOST_ROWS = 26;

  /**
   * @param variant says in turn what happens to the product
   */
  public static PackedProductCase of(ProductTypes types, int m, int n, int k, int variant) {
    ActivationFunction[] functions = ActivationFunction.values();
    return new PackedProductCase(
        types,
        m,
        n,
        k,
        functions[variant % functions.length],
        variant / 3 % 2 == 1,
        variant / 6 % 2 == 1);
  }

  /** All of the following, in every pairing of types. */
  public static List<PackedProductCase> grid() {
    List<PackedProductCase> cases = new ArrayList<>();
    for (ProductTypes types : ProductTypes.values()) {
      cases.addAll(sizes(types));
      cases.addAll(rows(types));
      cases.addAll(passes(types));
    }
    return cases;
  }

  /** Odd sizes. */
  public static List<PackedProductCase> sizes(ProductTypes types) {
    List<PackedProductCase> cases = new ArrayList<>();
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          cases.add(of(types, m, n, k, cases.size()));
        }
      }
    }
    return cases;
  }

  /** Every number of rows of a tile. */
  public static List<PackedProductCase> rows(ProductTypes types) {
    List<PackedProductCase> cases = new ArrayList<>();
    for (int m = 1; m <= MOST_ROWS; m++) {
      cases.add(of(types, m, 40, 70, m));
      cases.add(of(types, m, 257, 511, m + 1));
    }
    return cases;
  }

  /** Sizes that take several passes over the depth, and several blocks. */
  public static List<PackedProductCase> passes(ProductTypes types) {
    return List.of(
        of(types, 1, 1100, 257, 11),
        of(types, 2, 65, 9001, 10),
        of(types, 30, 70, 9001, 9),
        of(types, 195, 600, 36, 8),
        of(types, 1, 33, 70001, 7));
  }

  /** Multiply-adds. */
  public long work() {
    return (long) m * n * k;
  }
}
