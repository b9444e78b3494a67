package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.WeightFormat;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Products with packed weights: of many rows, and of one, which moves every weight once. */
final class PackedProductCases implements KernelCases {

  private static final long[] SIZES = {512, 1024, 2048};
  private static final long QUICK_SIZE = 48;

  /** Bytes of weights, of which a cache keeps a small part. */
  private static final long VECTOR_BYTES = 128L << 20;

  private static final long VECTOR_DEPTH = 8192;

  /** Random elements, repeated: as many as fill a second-level cache. */
  private static final long PATTERN = 1 << 18;

  private enum Kind {
    FLOAT32(WeightFormat.FLOAT32, 32, PeakKind.FLOAT32),
    BF16(WeightFormat.BF16, 16, PeakKind.BF16),
    BF16_ROWS(WeightFormat.BF16_ROWS, 16, PeakKind.BF16),
    INT8(WeightFormat.INT8, 8, PeakKind.INT8),
    INT8_WEIGHTS(WeightFormat.INT8, 8, PeakKind.BF16),
    INT4_WEIGHTS(WeightFormat.INT4, 4.5, PeakKind.BF16);

    private final WeightFormat weights;
    private final double bits;
    private final PeakKind peak;

    Kind(WeightFormat weights, double bits, PeakKind peak) {
      this.weights = weights;
      this.bits = bits;
      this.peak = peak;
    }

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** {@code C [M, N] = A [M, K] · Bᵀ [N, K]}. */
  private record Extents(long m, long n, long k) {

    double flops() {
      return 2.0 * m * n * k;
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (long n : bench.quick() ? new long[] {QUICK_SIZE} : SIZES) {
        cases.add(square(bench, kind, n));
      }
      cases.add(vector(bench, kind));
    }
    return cases;
  }

  private static KernelCase square(Workbench bench, Kind kind, long n) {
    Extents extents = new Extents(n, n, n);
    return new KernelCase(
        "packed-product-" + kind.words(),
        n + "x" + n + "x" + n,
        twin(),
        Load.computing(peak(kind), extents.flops()),
        memory -> work(bench, memory, kind, extents));
  }

  private static KernelCase vector(Workbench bench, Kind kind) {
    double bytesEach = kind.bits / Byte.SIZE;
    long depth = bench.quick() ? QUICK_SIZE : VECTOR_DEPTH;
    long channels = bench.quick() ? QUICK_SIZE : (long) (VECTOR_BYTES / bytesEach / depth);
    return new KernelCase(
        "packed-matrix-vector-" + kind.words(),
        channels + "x" + depth,
        twin(),
        Load.moving(bytesEach * channels * depth),
        memory -> work(bench, memory, kind, new Extents(1, channels, depth)));
  }

  /** Below the level that has narrow products, and in Java, all end in float32 or wider int8. */
  private static PeakKind peak(Kind kind) {
    boolean narrow = NativeKernels.get().levels().contains(Level.AVX512BF16);
    return narrow ? kind.peak : PeakKind.FLOAT32;
  }

  private static boolean inC() {
    return NativeKernels.get().isAvailable();
  }

  private static String twin() {
    return inC() ? KernelCase.C : KernelCase.JAVA;
  }

  private static Work work(Workbench bench, Arena memory, Kind kind, Extents size) {
    ElementType type = kind == Kind.FLOAT32 ? ElementType.FLOAT32 : ElementType.BF16;
    MemorySegment left = elements(bench, memory, type, size.m * size.k);
    MemorySegment right = elements(bench, memory, type, size.n * size.k);
    MatrixProducts products = new MatrixProducts(bench.kernels().threads());
    PackedWeights weights =
        PackedWeights.pack(right, type, size.n, size.k, kind.weights, bench.kernels().threads());
    Activations x =
        kind == Kind.INT8
            ? quantized(bench, memory, products, size)
            : new Activations.Floating(left, type, size.m, size.k);
    MemorySegment out = bench.zeros(memory, size.m * size.n);
    return new Work(
            () -> products.multiply(x, weights, Epilogue.NONE, out),
            peer(bench, type, left, right, size))
        .releasing(
            () -> {
              weights.close();
              products.close();
            });
  }

  private static MemorySegment elements(
      Workbench bench, Arena memory, ElementType type, long count) {
    MemorySegment all = bench.bytes(memory, count * type.bytes());
    MemorySegment pattern = bench.floats(memory, Math.min(count, PATTERN));
    if (type == ElementType.BF16) {
      pattern = upperHalves(bench, memory, pattern);
    }
    for (long at = 0; at < all.byteSize(); at += pattern.byteSize()) {
      long bytes = Math.min(pattern.byteSize(), all.byteSize() - at);
      MemorySegment.copy(pattern, 0, all, at, bytes);
    }
    return all;
  }

  /** float32 cut off to bf16. */
  private static MemorySegment upperHalves(Workbench bench, Arena memory, MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    MemorySegment halves = bench.bytes(memory, count * Short.BYTES);
    for (long i = 0; i < count; i++) {
      MemorySegment.copy(floats, i * Float.BYTES + Short.BYTES, halves, i * Short.BYTES, 2);
    }
    return halves;
  }

  private static Activations quantized(
      Workbench bench, Arena memory, MatrixProducts products, Extents size) {
    MemorySegment floats = bench.floats(memory, size.m * size.k);
    Activations.Int8 x =
        Activations.int8(
            bench.bytes(memory, size.m * size.k), bench.zeros(memory, size.m), size.m, size.k);
    products.quantize(floats, x);
    return x;
  }

  /** In the type of the activations: libtorch has no engine's entry for whole numbers. */
  private static Optional<Peer> peer(
      Workbench bench, ElementType type, MemorySegment left, MemorySegment right, Extents size) {
    DType same = type == ElementType.FLOAT32 ? DType.FLOAT32 : DType.BF16;
    return bench.torchPeer(
        torch -> {
          Tensor x = torch.ofBytes(left, same, size.m, size.k);
          Tensor weight = torch.ofBytes(right, same, size.n, size.k);
          return () -> torch.linear(x, weight, Optional.empty());
        });
  }
}
