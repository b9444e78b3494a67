package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.Matrix;

/**
 * How a product C[M, N] = A[M, K] · B[N, K]ᵀ runs.
 *
 * @param method the loop nest
 * @param swapped whether Cᵀ = B · Aᵀ is computed instead
 */
record FloatProductPlan(Method method, boolean swapped) {

  /** The loop nests. */
  enum Method {
    /** One scalar product an element: nothing is packed, memory is read once. */
    DOTS,
    /** Rows of the second operand's transpose, weighted and added: for few rows of the first. */
    WEIGHTED,
    /** Tiles over packed strips of the second operand. */
    PACKED
  }

  // Cycles an element, measured roughly; only their order decides.
  private static final double COPY = 0.15;
  private static final double TRANSPOSE = 1.2;
  private static final double SCATTER = 1.5;
  private static final double REDUCE = 4;
  private static final double DOT_STEP = 1.4;
  private static final double WEIGHTED_STEP = 2;

  /** The cheapest of all ways, as estimated. */
  static FloatProductPlan choose(Matrix a, Matrix b, Matrix c, int lanes) {
    FloatProductPlan best = new FloatProductPlan(Method.PACKED, false);
    double least = packed(a, b, c, lanes);
    double swapped = packed(b, a, c.transposed(), lanes);
    if (swapped < least) {
      best = new FloatProductPlan(Method.PACKED, true);
      least = swapped;
    }
    if (a.columnStride() == 1
        && b.columnStride() == 1
        && dots(c, (double) a.columns(), lanes) < least) {
      // The rows of the larger operand are read once, those of the smaller again and again.
      return new FloatProductPlan(Method.DOTS, b.rows() < a.rows());
    }
    if (a.columnStride() == 1 && b.rowStride() == 1 && c.columnStride() == 1) {
      double weighted = WEIGHTED_STEP * c.rows() * c.columns() * a.columns() / lanes;
      return weighted < least ? new FloatProductPlan(Method.WEIGHTED, false) : best;
    }
    return best;
  }

  private static double packed(Matrix rows, Matrix strips, Matrix out, int lanes) {
    double depth = rows.columns();
    double padded = Math.ceil((double) strips.rows() / lanes);
    double packing = strips.rows() * depth * (strips.rowStride() == 1 ? COPY : TRANSPOSE);
    double scatter =
        out.columnStride() == 1 ? 0 : SCATTER * (double) out.rows() * (double) out.columns();
    return packing + scatter + rows.rows() * padded * depth;
  }

  private static double dots(Matrix c, double depth, int lanes) {
    double elements = (double) c.rows() * c.columns();
    return elements * (REDUCE + DOT_STEP * Math.ceil(depth / lanes));
  }
}
