package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.product.Products;
import io.mla4j.kernels.verification.ProductCase;
import io.mla4j.kernels.verification.ProductTrial;
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
  void smallSizesInEveryLayout() {
    Grids.check(ProductCase.layouts(), this::run);
  }

  @Test
  void sizesThatTakeSeveralPanelsAndThreads() {
    Grids.check(ProductCase.panels(), this::run);
  }

  private Optional<String> run(ProductCase point, long seed) {
    return ProductTrial.run(kernels, point, seed);
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
      ProductCase point = new ProductCase(size, 200 + size, 100 + i, false, false, false);
      assertEquals(Optional.empty(), run(point, i));
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
