package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Products of float32 matrices. */
final class ProductCases implements KernelCases {

  private static final long[] SIZES = {512, 1024, 2048};
  private static final long[] QUICK_SIZES = {48};

  /** Weights of 64 MiB, of which a large last-level cache keeps a part, and of 256 MiB. */
  private static final long[] VECTOR_SIZES = {4096, 8192};

  private static final long[] QUICK_VECTOR_SIZES = {64};

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    for (long n : bench.quick() ? QUICK_SIZES : SIZES) {
      cases.add(square(bench, n));
    }
    for (long n : bench.quick() ? QUICK_VECTOR_SIZES : VECTOR_SIZES) {
      cases.add(vector(bench, n));
    }
    return cases;
  }

  private static KernelCase square(Workbench bench, long n) {
    return new KernelCase(
        "product-float32",
        n + "x" + n + "x" + n,
        KernelCase.JAVA,
        Load.computing(PeakKind.FLOAT32, 2.0 * n * n * n),
        memory -> product(bench, memory, n, n, n));
  }

  private static KernelCase vector(Workbench bench, long n) {
    return new KernelCase(
        "matrix-vector-float32",
        n + "x" + n,
        KernelCase.JAVA,
        Load.moving((double) Float.BYTES * (n * n + 2 * n)),
        memory -> product(bench, memory, 1, n, n));
  }

  /** {@code C [M, N] = A [M, K] · Bᵀ [N, K]}, as a layer multiplies its weights. */
  private static Work product(Workbench bench, Arena memory, long m, long n, long k) {
    MemorySegment left = bench.floats(memory, m * k);
    MemorySegment right = bench.floats(memory, n * k);
    Matrix a = Matrix.rowMajor(left, m, k);
    Matrix b = Matrix.rowMajor(right, n, k);
    Matrix c = Matrix.rowMajor(bench.zeros(memory, m * n), m, n);
    return new Work(
        () -> bench.kernels().products().multiply(a, b, Optional.empty(), c),
        bench.torchPeer(
            torch -> {
              Tensor x = torch.ofBytes(left, DType.FLOAT32, m, k);
              Tensor weight = torch.ofBytes(right, DType.FLOAT32, n, k);
              return () -> torch.linear(x, weight, Optional.empty());
            }));
  }
}
