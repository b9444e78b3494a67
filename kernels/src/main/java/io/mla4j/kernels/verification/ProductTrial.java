package io.mla4j.kernels.verification;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Runs a float32 product without a bias and with one. Each matrix lies inside a larger one, so that
 * strides and offsets matter.
 */
public final class ProductTrial {

  /** A rounding for each of the few sums a product is split into, at the size of its terms. */
  private static final double TOLERANCE = 3 * Math.ulp(1f);

  /** Elements before a matrix. */
  private static final int BEFORE = 3;

  private final Matrix a;
  private final Matrix b;
  private final Matrix c;
  private final MemorySegment bias;

  private ProductTrial(ProductCase point, Operands operands) {
    this.a = matrix(operands, point.m(), point.k(), point.columnsOfA(), false);
    this.b = matrix(operands, point.n(), point.k(), point.columnsOfB(), false);
    this.c = matrix(operands, point.m(), point.n(), point.columnsOfC(), true);
    this.bias = operands.gaussian(point.n());
  }

  private static Matrix matrix(
      Operands operands, long rows, long columns, boolean byColumns, boolean written) {
    long lines = byColumns ? columns : rows;
    long pitch = (byColumns ? rows : columns) + 1;
    long count = BEFORE + lines * pitch;
    MemorySegment memory = written ? operands.result(count) : operands.gaussian(count);
    Matrix plain = new Matrix(memory, BEFORE, lines, pitch - 1, pitch, 1);
    return byColumns ? plain.transposed() : plain;
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(Kernels kernels, ProductCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      ProductTrial trial = new ProductTrial(point, new Operands(arena, seed));
      return trial
          .multiply(kernels, Optional.empty())
          .or(() -> trial.multiply(kernels, Optional.of(trial.bias)))
          .map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private Optional<String> multiply(Kernels kernels, Optional<MemorySegment> added) {
    kernels.products().multiply(a, b, added, c);
    for (long row = 0; row < c.rows(); row++) {
      for (long column = 0; column < c.columns(); column++) {
        Optional<String> wrong = compare(row, column, added);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return around();
  }

  private Optional<String> compare(long row, long column, Optional<MemorySegment> added) {
    double should = added.isPresent() ? Floats.get(added.get(), column) : 0;
    double magnitude = 1 + Math.abs(should);
    for (long k = 0; k < a.columns(); k++) {
      double term = (double) at(a, row, k) * at(b, column, k);
      should += term;
      magnitude += Math.abs(term);
    }
    return Difference.of(at(c, row, column), should, TOLERANCE * magnitude, row, column);
  }

  private static float at(Matrix matrix, long row, long column) {
    return Floats.get(matrix.memory(), matrix.index(row, column));
  }

  private Optional<String> around() {
    return Float.isNaN(Floats.get(c.memory(), BEFORE - 1L))
        ? Operands.pastTheEnd(c.memory())
        : Optional.of("what precedes the result was written");
  }
}
