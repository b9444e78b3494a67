package io.mla4j.kernels.product;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Products of float32 matrices. */
public final class Products {

  /** Multiply-adds below which another thread costs more than it brings. */
  private static final long GRAIN_OPERATIONS = 1 << 18;

  /** A block of B that stays in the first-level cache while every row of A meets it. */
  private static final int COLUMNS = 512;

  private static final int STEPS = 16;

  private final ProductBodies bodies;
  private final KernelThreads threads;
  private final PackedProduct packed;

  public Products(KernelBodies bodies, KernelThreads threads, Scratch scratch) {
    this.bodies = bodies.products();
    this.threads = threads;
    this.packed = new PackedProduct(this.bodies, bodies.elementwise(), threads, scratch);
  }

  /**
   * {@code C = A · Bᵀ + bias}. For {@code A · B} give {@link Matrix#transposed()} of B.
   *
   * @param a [M, K]
   * @param b [N, K]
   * @param bias [N] from offset 0
   * @param c [M, N], overwritten; it shares no memory with the operands
   */
  public void multiply(Matrix a, Matrix b, Optional<MemorySegment> bias, Matrix c) {
    check(a, b, c);
    bias.ifPresent(memory -> Extent.check("bias", memory, 0, 1, c.columns()));
    if (c.isEmpty()) {
      return;
    }
    Bias added = new Bias(bias, true);
    FloatProductPlan plan = FloatProductPlan.choose(a, b, c, bodies.lanes());
    if (plan.swapped()) {
      launch(plan, b, a, added.transposed(), c.transposed());
    } else {
      launch(plan, a, b, added, c);
    }
  }

  private static void check(Matrix a, Matrix b, Matrix c) {
    if (a.columns() != b.columns() || c.rows() != a.rows() || c.columns() != b.rows()) {
      throw new IllegalArgumentException(
          "The product of [%d, %d] and the transpose of [%d, %d] is not [%d, %d]."
              .formatted(a.rows(), a.columns(), b.rows(), b.columns(), c.rows(), c.columns()));
    }
    if (a.columns() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A product sums over at most 2^31 elements, not " + a.columns() + ".");
    }
  }

  private void launch(FloatProductPlan plan, Matrix a, Matrix b, Bias bias, Matrix c) {
    switch (plan.method()) {
      case DOTS -> dots(a, b, bias, c);
      case WEIGHTED -> weighted(a, b, bias, c);
      case PACKED -> packed.multiply(a, b, bias, c);
    }
  }

  private void dots(Matrix a, Matrix b, Bias bias, Matrix c) {
    long operations = Math.max(1, a.rows() * a.columns());
    long grain = Math.max(4, GRAIN_OPERATIONS / operations);
    threads.parallelFor(b.rows(), grain, (from, to) -> dots(a, b, bias, c, from, to));
  }

  private void dots(Matrix a, Matrix b, Bias bias, Matrix c, long from, long to) {
    int block = 4; // rows of B that stay in the cache while every row of A meets them
    for (long n = from; n < to; n += block) {
      int count = (int) Math.min(block, to - n);
      for (long m = 0; m < a.rows(); m++) {
        bodies.dots(
            a.memory(),
            a.index(m, 0),
            b.memory(),
            b.index(n, 0),
            b.rowStride(),
            count,
            (int) a.columns(),
            c.memory(),
            c.index(m, n),
            c.columnStride());
        add(bias, c, m, n, count);
      }
    }
  }

  private void weighted(Matrix a, Matrix b, Bias bias, Matrix c) {
    long operations = Math.max(1, a.rows() * a.columns());
    long grain = Math.max(bodies.lanes(), GRAIN_OPERATIONS / operations);
    threads.parallelFor(b.rows(), grain, (from, to) -> weighted(a, b, bias, c, from, to));
  }

  private void weighted(Matrix a, Matrix b, Bias bias, Matrix c, long from, long to) {
    for (long n = from; n < to; n += COLUMNS) {
      int columns = (int) Math.min(COLUMNS, to - n);
      for (long m = 0; m < a.rows(); m++) {
        Floats.clear(c.memory(), c.index(m, n), columns);
      }
      for (long k = 0; k < a.columns(); k += STEPS) {
        int steps = (int) Math.min(STEPS, a.columns() - k);
        for (long m = 0; m < a.rows(); m++) {
          bodies.addWeighted(
              a.memory(),
              a.index(m, k),
              b.memory(),
              b.index(n, k),
              b.columnStride(),
              steps,
              c.memory(),
              c.index(m, n),
              columns);
        }
      }
      for (long m = 0; m < a.rows(); m++) {
        add(bias, c, m, n, columns);
      }
    }
  }

  private static void add(Bias bias, Matrix c, long row, long column, int count) {
    if (bias.memory().isEmpty()) {
      return;
    }
    for (long n = column; n < column + count; n++) {
      long index = c.index(row, n);
      Floats.set(c.memory(), index, Floats.get(c.memory(), index) + bias.at(row, n));
    }
  }
}
