package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Matrix products of every twin against double-precision loops. */
abstract class ProductsSuite {

  abstract KernelBodies bodies();

  final Kernels kernels = new Kernels(bodies(), 3);

  @AfterEach
  void close() {
    kernels.close();
  }

  @Test
  void oddSizesInEveryLayout() {
    int[] sizes = {0, 1, 2, 5, 6, 7, 16, 33};
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : sizes) {
          for (int layout = 0; layout < 8; layout++) {
            assertProduct(m, n, k, layout);
          }
        }
      }
    }
  }

  @Test
  void sizesThatTakeSeveralPanelsAndThreads() {
    assertProduct(70, 700, 300, 0);
    assertProduct(700, 70, 300, 0);
    assertProduct(1, 3000, 257, 0);
    assertProduct(3000, 1, 257, 0);
    assertProduct(3, 100, 9001, 0); // more steps than a panel holds
    assertProduct(40, 65, 9001, 1);
    assertProduct(300, 300, 40, 3);
    assertProduct(300, 300, 40, 7);
  }

  /** Bits of the layout: A transposed, B transposed, C transposed. */
  private void assertProduct(int m, int n, int k, int layout) {
    Samples samples = new Samples(m * 31L + n * 7L + k);
    Matrix a = matrix(samples, m, k, (layout & 1) != 0);
    Matrix b = matrix(samples, n, k, (layout & 2) != 0);
    Matrix c = matrix(samples, m, n, (layout & 4) != 0);
    MemorySegment bias = samples.gaussian(n);
    kernels.products().multiply(a, b, Optional.empty(), c);
    assertEqualsOracle(a, b, Optional.empty(), c);
    kernels.products().multiply(a, b, Optional.of(bias), c);
    assertEqualsOracle(a, b, Optional.of(bias), c);
    assertEquals(42, Floats.get(c.memory(), 2), "written before the start");
    assertEquals(42, Floats.get(c.memory(), c.memory().byteSize() / 4 - 1), "written past the end");
  }

  /** A matrix inside a larger one, so that strides and offsets matter; sentinels surround it. */
  private static Matrix matrix(Samples samples, int rows, int columns, boolean transposed) {
    long pitch = (transposed ? rows : columns) + 1L;
    long lines = transposed ? columns : rows;
    MemorySegment memory = samples.gaussian(3 + lines * pitch + 1);
    Floats.set(memory, 2, 42);
    Floats.set(memory, memory.byteSize() / 4 - 1, 42);
    Matrix plain = new Matrix(memory, 3, lines, pitch - 1, pitch, 1);
    return transposed ? plain.transposed() : plain;
  }

  private static void assertEqualsOracle(
      Matrix a, Matrix b, Optional<MemorySegment> bias, Matrix c) {
    for (long m = 0; m < c.rows(); m++) {
      for (long n = 0; n < c.columns(); n++) {
        double expected = bias.isPresent() ? Floats.get(bias.get(), n) : 0;
        double magnitude = 1 + Math.abs(expected);
        for (long k = 0; k < a.columns(); k++) {
          double left = Floats.get(a.memory(), a.index(m, k));
          double term = left * Floats.get(b.memory(), b.index(n, k));
          expected += term;
          magnitude += Math.abs(term);
        }
        double tolerance = 3 * Math.ulp(1f) * magnitude;
        assertEquals(expected, Floats.get(c.memory(), c.index(m, n)), tolerance);
      }
    }
  }

  @Test
  void manyThreadsMultiplyAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < 8; t++) {
      int size = 20 + t;
      Thread thread = new Thread(() -> assertManyProducts(size));
      thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures);
  }

  private void assertManyProducts(int size) {
    for (int i = 0; i < 10; i++) {
      assertProduct(size, 200 + size, 100 + i, 0);
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    MemorySegment memory = Samples.empty(6);
    Matrix a = Matrix.rowMajor(memory, 2, 3);
    Products products = kernels.products();
    KernelsSuite.assertRefused(() -> Matrix.rowMajor(memory, 3, 3));
    KernelsSuite.assertRefused(() -> new Matrix(memory, 0, -1, 3, 3, 1));
    KernelsSuite.assertRefused(() -> new Matrix(memory, 0, 2, 2, Long.MAX_VALUE, 1));
    KernelsSuite.assertRefused(() -> new Matrix(memory, 1, 2, 3, 3, 1));
    KernelsSuite.assertRefused(() -> products.multiply(a, a.transposed(), Optional.empty(), a));
    Matrix c = Matrix.rowMajor(Samples.empty(4), 2, 2);
    KernelsSuite.assertRefused(() -> products.multiply(a, a, Optional.of(Samples.empty(1)), c));
  }
}
