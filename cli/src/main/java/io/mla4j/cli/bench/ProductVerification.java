package io.mla4j.cli.bench;

import io.mla4j.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Float32 products of odd sizes in both layouts of B, against loops in float64. */
final class ProductVerification implements Verification {

  private static final int[] SIZES = {1, 2, 3, 5, 7, 13, 16, 17, 31, 33, 64, 65, 127, 129, 255};
  private static final int[] QUICK_SIZES = {1, 3, 17, 33};

  /** A rounding for each of the few sums a product is split into, at the size of its terms. */
  private static final double TOLERANCE = 3 * Math.ulp(1f);

  @Override
  public String name() {
    return "product-float32";
  }

  @Override
  public List<Check> checks(Workbench bench) {
    int[] sizes = bench.quick() ? QUICK_SIZES : SIZES;
    List<Check> checks = new ArrayList<>();
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : sizes) {
          checks.add(check(bench, m, n, k, false));
          checks.add(check(bench, m, n, k, true));
        }
      }
    }
    return checks;
  }

  private static Check check(Workbench bench, int m, int n, int k, boolean plain) {
    String what = "%dx%dx%d %s".formatted(m, n, k, plain ? "A·B" : "A·Bᵀ");
    return new Check(what, memory -> complaint(bench, memory, m, n, k, plain));
  }

  private static Optional<String> complaint(
      Workbench bench, Arena memory, int m, int n, int k, boolean plain) {
    Matrix a = Matrix.rowMajor(bench.floats(memory, (long) m * k), m, k);
    MemorySegment right = bench.floats(memory, (long) n * k);
    Matrix b = plain ? Matrix.rowMajor(right, k, n).transposed() : Matrix.rowMajor(right, n, k);
    Matrix c = Matrix.rowMajor(bench.zeros(memory, (long) m * n), m, n);
    bench.kernels().products().multiply(a, b, Optional.empty(), c);
    return firstWrong(a, b, c);
  }

  private static Optional<String> firstWrong(Matrix a, Matrix b, Matrix c) {
    for (long row = 0; row < c.rows(); row++) {
      for (long column = 0; column < c.columns(); column++) {
        Optional<String> wrong = wrong(a, b, c, row, column);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> wrong(Matrix a, Matrix b, Matrix c, long row, long column) {
    double expected = 0;
    double magnitude = 1;
    for (long k = 0; k < a.columns(); k++) {
      double term = (double) at(a, row, k) * at(b, column, k);
      expected += term;
      magnitude += Math.abs(term);
    }
    float found = at(c, row, column);
    // Written so that NaN is wrong.
    return Math.abs(found - expected) <= TOLERANCE * magnitude
        ? Optional.empty()
        : Optional.of("element [%d, %d] is %s, not %s".formatted(row, column, found, expected));
  }

  private static float at(Matrix matrix, long row, long column) {
    long index = matrix.offset() + row * matrix.rowStride() + column * matrix.columnStride();
    return matrix.memory().get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }
}
