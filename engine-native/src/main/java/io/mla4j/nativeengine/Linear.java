package io.mla4j.nativeengine;

import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.Elementwise;
import io.mla4j.kernels.KernelThreads;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.Matrix;
import io.mla4j.kernels.Products;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.WeightFormat;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Linear layers. Where products with packed weights run in C, a weight is packed at its first use
 * and stays packed beside its tensor; elsewhere each product reads the weight as it lies.
 */
final class Linear implements AutoCloseable {

  /** 8 MB of each half of a gated network, a part of the last cache. */
  private static final long PIECE_ELEMENTS = 1 << 21;

  private final Products products;
  private final Elementwise elementwise;
  private final KernelThreads threads;
  private final Optional<MatrixProducts> packed;
  private final AtomicLong packedBytes;

  /**
   * Prepares linear layers.
   *
   * @param packedBytes where the size of packed weights is counted
   */
  Linear(Kernels kernels, AtomicLong packedBytes) {
    this.products = kernels.products();
    this.elementwise = kernels.elementwise();
    this.threads = kernels.threads();
    this.packed =
        kernels.isNative() && MatrixProducts.hasNativeTwin()
            ? Optional.of(new MatrixProducts(threads))
            : Optional.empty();
    this.packedBytes = packedBytes;
  }

  /** {@code x Wᵀ + b} of FLOAT32 tensors. */
  Tensor apply(NativeTensor x, NativeTensor weight, Optional<NativeTensor> bias) {
    check(x.shape(), weight.shape());
    long outputs = weight.shape().dim(0);
    try (Temporaries temporaries = new Temporaries()) {
      Optional<MemorySegment> added =
          bias.map(b -> Fused.perColumn("bias", b, outputs, temporaries));
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape().with(-1, outputs));
      if (packed.isPresent() && weight.shape().size() > 0) {
        multiply(temporaries.rowMajor(x), 0, rowCount(x.shape()), weight, added, out.memory());
      } else {
        Matrix c = Matrix.rowMajor(out.memory(), rowCount(x.shape()), outputs);
        products.multiply(rowsOf(x, temporaries), matrix(weight, weight.layout()), added, c);
      }
      return out;
    }
  }

  /** Whether weights are packed here, which the other entries need. */
  boolean isPacked() {
    return packed.isPresent();
  }

  /**
   * {@code silu(x Gᵀ) ⊙ x Uᵀ} of FLOAT32 tensors. Rows are taken in pieces that are still in the
   * cache when their two halves meet.
   */
  Tensor swiGlu(NativeTensor x, NativeTensor gate, NativeTensor up) {
    check(x.shape(), gate.shape());
    check(x.shape(), up.shape());
    if (!gate.shape().equals(up.shape())) {
      throw new IllegalArgumentException(
          "A gate of the shape " + gate.shape() + " needs another one than " + up.shape() + ".");
    }
    long inner = gate.shape().dim(0);
    long rows = rowCount(x.shape());
    long piece = Math.clamp(PIECE_ELEMENTS / Math.max(1, inner), 1, Math.max(1, rows));
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor from = temporaries.rowMajor(x);
      NativeTensor other = temporaries.empty(x.engine(), DType.FLOAT32, Shape.of(piece, inner));
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape().with(-1, inner));
      for (long row = 0; row < rows; row += piece) {
        long count = Math.min(piece, rows - row);
        MemorySegment result = out.memory().asSlice(row * inner * Float.BYTES);
        multiply(from, row, count, gate, Optional.empty(), result);
        multiply(from, row, count, up, Optional.empty(), other.memory());
        siluMultiply(result, other.memory(), count * inner);
      }
      return out;
    }
  }

  private void siluMultiply(MemorySegment gate, MemorySegment up, long elements) {
    threads.parallelFor(
        elements,
        Copying.GRAIN,
        (from, to) ->
            elementwise.siluMultiply(gate, from, up, from, gate, from, (int) (to - from)));
  }

  /** The product of some rows of a row-major tensor. */
  private void multiply(
      NativeTensor x,
      long row,
      long rows,
      NativeTensor weight,
      Optional<MemorySegment> bias,
      MemorySegment out) {
    long depth = weight.shape().dim(1);
    MemorySegment start = x.memoryFromStart().asSlice(row * depth * Float.BYTES);
    Epilogue epilogue = bias.map(Epilogue.NONE::withBias).orElse(Epilogue.NONE);
    try (PackedWeight ready = weight.storage().packed(weight.layout().rows(), () -> pack(weight))) {
      packed
          .orElseThrow()
          .multiply(Activations.float32(start, rows, depth), ready.weights(), epilogue, out);
    }
  }

  private PackedWeight pack(NativeTensor weight) {
    try (Temporaries temporaries = new Temporaries()) {
      MemorySegment source = temporaries.rowMajor(weight).memoryFromStart();
      long channels = weight.shape().dim(0);
      long depth = weight.shape().dim(1);
      PackedWeights weights =
          PackedWeights.pack(
              source, ElementType.FLOAT32, channels, depth, WeightFormat.FLOAT32, threads);
      return new PackedWeight(weights, packedBytes);
    }
  }

  private static void check(Shape x, Shape weight) {
    if (weight.rank() != 2 || weight.dim(1) != x.dim(-1)) {
      throw new IllegalArgumentException(
          "A linear layer on "
              + x
              + " needs a weight [out, "
              + x.dim(-1)
              + "], not "
              + weight
              + ".");
    }
  }

  /** All leading dimensions as the rows of one matrix, copied only where strides cannot say so. */
  private static Matrix rowsOf(NativeTensor x, Temporaries temporaries) {
    Shape flat = Shape.of(rowCount(x.shape()), x.shape().dim(-1));
    Optional<Layout> layout = x.layout().reshape(flat);
    if (layout.isPresent()) {
      return matrix(x, layout.get());
    }
    NativeTensor copy = temporaries.copy(x);
    return matrix(copy, copy.layout().reshape(flat).orElseThrow());
  }

  private static long rowCount(Shape shape) {
    return shape.without(-1).size();
  }

  private static Matrix matrix(NativeTensor tensor, Layout layout) {
    boolean column = layout.shape().dim(1) == 1; // then any stride is right, and 1 is fast
    return new Matrix(
        tensor.memory(),
        layout.offset(),
        layout.shape().dim(0),
        layout.shape().dim(1),
        layout.stride(0),
        column ? 1 : layout.stride(1));
  }

  /** Frees working memory. */
  @Override
  public void close() {
    packed.ifPresent(MatrixProducts::close);
  }
}
