package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.KernelCase;
import io.mla4j.flashmla.FlashMla;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.paged.PagedAttention;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.thread.KernelThreads;

/**
 * All kernels as one language has them; what there is not in C, Java does for both.
 *
 * @param name {@link KernelCase#C} or {@link KernelCase#JAVA}
 * @param kernels the twin's own
 */
record Twin(
    String name, Kernels kernels, MatrixProducts products, FlashMla mla, PagedAttention paged)
    implements AutoCloseable {

  static Twin inC(int threads) {
    Kernels kernels = Kernels.start(threads);
    return new Twin(
        KernelCase.C,
        kernels,
        new MatrixProducts(kernels.threads()),
        FlashMla.on(kernels),
        PagedAttention.on(kernels));
  }

  static Twin inJava(int threads) {
    Kernels kernels = Kernels.startInJava(threads);
    return new Twin(
        KernelCase.JAVA,
        kernels,
        MatrixProducts.inJavaOn(kernels.threads()),
        FlashMla.inJavaOn(kernels),
        PagedAttention.inJavaOn(kernels));
  }

  KernelThreads threads() {
    return kernels.threads();
  }

  @Override
  public void close() {
    mla.close();
    products.close();
    kernels.close();
  }
}
