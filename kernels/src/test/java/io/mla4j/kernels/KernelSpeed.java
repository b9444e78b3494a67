package io.mla4j.kernels;

import java.util.Optional;

/** Prints the speed of the main kernels; a program to run by hand, the best of several counts. */
final class KernelSpeed {

  private static final double NANOS = 1e-9;

  private KernelSpeed() {}

  /** Arguments: the number of threads. */
  public static void main(String[] arguments) {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
    try (Kernels kernels = Kernels.start(threads)) {
      System.out.println(kernels.description() + ", " + threads + " threads");
      product(kernels, 1, 2048, 2048, false);
      product(kernels, 1, 2048, 2048, true);
      product(kernels, 4, 2048, 2048, false);
      product(kernels, 16, 2048, 2048, false);
      product(kernels, 64, 2048, 2048, false);
      product(kernels, 512, 2048, 2048, false);
      product(kernels, 512, 2048, 2048, true);
      product(kernels, 1024, 1024, 1024, false);
      product(kernels, 128, 128, 128, false);
      product(kernels, 256, 512, 128, false);
      product(kernels, 4096, 128, 128, false);
      product(kernels, 1000, 1000, 1000, false);
      attention(kernels, 1, 512, 512, 16, 16, 64, 64);
      attention(kernels, 32, 256, 256, 4, 4, 32, 32);
      attention(kernels, 1, 1, 4096, 16, 16, 64, 64);
      attention(kernels, 1, 1, 4096, 16, 1, 576, 512);
      attention(kernels, 2, 1, 4096, 16, 1, 576, 512);
      for (UnaryOp op : UnaryOp.values()) {
        unary(kernels, op);
      }
      softmax(kernels, 512, 512);
    }
  }

  private static double best(int runs, Runnable body) {
    double best = Double.MAX_VALUE;
    long end = System.nanoTime() + 1_500_000_000L;
    for (int i = 0; i < runs || System.nanoTime() < end; i++) {
      long start = System.nanoTime();
      body.run();
      best = Math.min(best, (System.nanoTime() - start) * NANOS);
    }
    return best;
  }

  private static void product(Kernels kernels, int m, int n, int k, boolean plain) {
    Samples samples = new Samples(1);
    Matrix a = Matrix.rowMajor(samples.gaussian((long) m * k), m, k);
    Matrix b =
        plain
            ? Matrix.rowMajor(samples.gaussian((long) n * k), k, n).transposed()
            : Matrix.rowMajor(samples.gaussian((long) n * k), n, k);
    Matrix c = Matrix.rowMajor(Samples.empty((long) m * n), m, n);
    double seconds = best(20, () -> kernels.products().multiply(a, b, Optional.empty(), c));
    System.out.printf(
        "product %5d x %5d x %5d %s %8.1f GFLOP/s %6.1f GB/s %s%n",
        m,
        n,
        k,
        plain ? "A·B " : "A·Bᵀ",
        2e-9 * m * n * k / seconds,
        4e-9 * n * k / seconds,
        ProductPlan.choose(a, b, c, new VectorKernels().products().lanes()));
  }

  private static void attention(
      Kernels kernels, int batch, int t, int s, int heads, int groups, int d, int v) {
    Samples samples = new Samples(1);
    Heads q =
        Heads.contiguous(samples.gaussian((long) batch * t * heads * d), 0, batch, t, heads, d);
    Heads k =
        Heads.contiguous(samples.gaussian((long) batch * s * groups * d), 0, batch, s, groups, d);
    Heads w =
        Heads.contiguous(samples.gaussian((long) batch * s * groups * v), 0, batch, s, groups, v);
    Heads out =
        Heads.contiguous(Samples.empty((long) batch * t * heads * v), 0, batch, t, heads, v);
    Visibility all = new Visibility(false, 0, Optional.empty());
    double seconds = best(10, () -> kernels.attention().attend(q, k, w, all, 0.1f, out));
    System.out.printf(
        "attention %d x %d x %d, %d/%d heads of %d, %d: %8.1f GFLOP/s %8.1f us%n",
        batch,
        t,
        s,
        heads,
        groups,
        d,
        v,
        2e-9 * batch * t * s * heads * (d + v) / seconds,
        seconds * 1e6);
  }

  private static void unary(Kernels kernels, UnaryOp op) {
    int count = 4096;
    var x = new Samples(1).gaussian(count);
    var y = Samples.empty(count);
    double seconds =
        best(
            10,
            () -> {
              for (int i = 0; i < 100; i++) {
                kernels.elementwise().unary(op, x, 0, y, 0, count);
              }
            });
    System.out.printf("%s %.2f ns an element%n", op, seconds / 100 / count / NANOS);
  }

  private static void softmax(Kernels kernels, int rows, int width) {
    var x = new Samples(1).gaussian((long) rows * width);
    var y = Samples.empty((long) rows * width);
    double seconds = best(10, () -> kernels.rows().softmax(x, 0, y, rows, width));
    System.out.printf("softmax %.2f ns an element%n", seconds / rows / width / NANOS);
  }
}
