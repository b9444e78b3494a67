package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.vector.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first call, which is interpreted, and the last, which is compiled, give the same bits. */
class RepeatedSumsTest {

  private static final int WIDTH = 77;
  private static final int ROWS = 9;
  private static final int CALLS = 3_000;

  @Test
  void sumsHaveOneOrder() {
    float[] elements = new float[WIDTH * ROWS];
    Random random = new Random(3);
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) random.nextGaussian();
    }
    MemorySegment x = Samples.of(elements);
    try (Kernels kernels = new Kernels(new VectorKernels(), 1)) {
      float[] first = sums(kernels, x);
      for (int call = 0; call < CALLS; call++) {
        float[] again = sums(kernels, x);
        for (int i = 0; i < first.length; i++) {
          assertEquals(first[i], again[i], 0, "sum " + i + " of call " + call);
        }
      }
    }
  }

  /** Row sums, norms, and scalar products, which add up lanes. */
  private static float[] sums(Kernels kernels, MemorySegment x) {
    MemorySegment out = Samples.empty(ROWS + ROWS * WIDTH + ROWS);
    kernels.rows().sum(x, 0, out, ROWS, WIDTH);
    MemorySegment norms = out.asSlice(ROWS * Float.BYTES);
    kernels.rows().layerNorm(x, 0, x, x, 1e-6f, norms, ROWS, WIDTH);
    Matrix rows = Matrix.rowMajor(x, ROWS, WIDTH);
    Matrix one = Matrix.rowMajor(x, 1, WIDTH);
    MemorySegment dots = norms.asSlice(ROWS * WIDTH * Float.BYTES);
    kernels.products().multiply(one, rows, Optional.empty(), Matrix.rowMajor(dots, 1, ROWS));
    float[] all = new float[ROWS + ROWS * WIDTH + ROWS];
    for (int i = 0; i < all.length; i++) {
      all[i] = Floats.get(out, i);
    }
    return all;
  }
}
