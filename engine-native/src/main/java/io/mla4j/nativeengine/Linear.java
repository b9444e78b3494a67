package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.MappedPages;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.Products;
import io.mla4j.kernels.product.WeightFormat;
import io.mla4j.kernels.row.Elementwise;
import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Linear layers of FLOAT32 and BF16. A BF16 weight that lies row by row is read where it is, so
 * that a mapped file is all there is of it. A FLOAT32 one is packed at its first use where products
 * with packed weights run in C, and stays packed beside its tensor, while the pages of a mapped
 * file are given back; elsewhere each product reads it as it lies.
 */
final class Linear implements AutoCloseable {

  /** 8 MB of each half of a gated network, a part of the last cache. */
  private static final long PIECE_ELEMENTS = 1 << 21;

  private final Products products;
  private final Elementwise elementwise;
  private final KernelThreads threads;
  private final MatrixProducts packed;
  private final boolean packsFloats;
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
    this.packsFloats = kernels.isNative() && MatrixProducts.hasNativeTwin();
    this.packed = packsFloats ? new MatrixProducts(threads) : MatrixProducts.inJavaOn(threads);
    this.packedBytes = packedBytes;
  }

  /** Products with packed weights. */
  MatrixProducts products() {
    return packed;
  }

  /** {@code x Wᵀ + b} of FLOAT32 and BF16 tensors; the result has x's type. */
  Tensor apply(NativeTensor x, NativeTensor weight, Optional<NativeTensor> bias) {
    check(x.shape(), weight.shape());
    long outputs = weight.shape().dim(0);
    try (Temporaries temporaries = new Temporaries()) {
      Optional<MemorySegment> added =
          bias.map(temporaries::floats).map(b -> Fused.perColumn("bias", b, outputs, temporaries));
      NativeTensor out = result(x, x.shape().with(-1, outputs), temporaries);
      if (takes(weight)) {
        multiply(temporaries.rowMajor(x), 0, rowCount(x.shape()), weight, added, out.memory());
      } else {
        Matrix c = Matrix.rowMajor(out.memory(), rowCount(x.shape()), outputs);
        NativeTensor floats = temporaries.floats(weight);
        Matrix a = rowsOf(temporaries.floats(x), temporaries);
        products.multiply(a, matrix(floats, floats.layout()), added, c);
      }
      return inTypeOf(x, out);
    }
  }

  /** A FLOAT32 result: to be returned, or to be rounded to x's type first. */
  private static NativeTensor result(NativeTensor x, Shape shape, Temporaries temporaries) {
    return x.dtype() == DType.FLOAT32
        ? x.engine().empty(DType.FLOAT32, shape)
        : temporaries.empty(x.engine(), DType.FLOAT32, shape);
  }

  private static Tensor inTypeOf(NativeTensor x, NativeTensor result) {
    return result.cast(x.dtype());
  }

  /** Whether products with packed weights take a weight. */
  boolean takes(NativeTensor weight) {
    return weight.shape().size() > 0 && (packsFloats || weight.dtype() == DType.BF16);
  }

  /**
   * {@code silu(x Gᵀ) ⊙ x Uᵀ} of FLOAT32 and BF16 tensors; the result has x's type. Rows are taken
   * in pieces that are still in the cache when their two halves meet.
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
      NativeTensor out = result(x, x.shape().with(-1, inner), temporaries);
      for (long row = 0; row < rows; row += piece) {
        long count = Math.min(piece, rows - row);
        MemorySegment result = out.memory().asSlice(row * inner * Float.BYTES);
        multiply(from, row, count, gate, Optional.empty(), result);
        multiply(from, row, count, up, Optional.empty(), other.memory());
        siluMultiply(result, other.memory(), count * inner);
      }
      return inTypeOf(x, out);
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
    MemorySegment start = x.bytesFromStart().asSlice(row * depth * x.dtype().bytes());
    Epilogue epilogue = bias.map(Epilogue.NONE::withBias).orElse(Epilogue.NONE);
    Activations activations = new Activations.Floating(start, elementType(x.dtype()), rows, depth);
    try (PackedWeight ready = ready(weight)) {
      packed.multiply(activations, ready.weights(), epilogue, out);
    }
  }

  /** A matrix as products read it; whoever asked closes it. */
  PackedWeight ready(NativeTensor weight) {
    if (isReadInPlace(weight)) {
      long channels = weight.shape().dim(0);
      return PackedWeight.inPlace(
          PackedWeights.over(weight.bytesFromStart(), channels, weight.shape().dim(1)));
    }
    return weight.storage().packed(weight.layout().rows(), () -> pack(weight));
  }

  private static boolean isReadInPlace(NativeTensor weight) {
    return weight.dtype() == DType.BF16 && weight.layout().isRowMajor();
  }

  /** Brings a weight into the memory from which products read it. */
  void prepare(NativeTensor weight) {
    if (isReadInPlace(weight)) {
      MappedPages.populate(bytesOf(weight));
    } else if (weight.shape().rank() == 2 && takes(weight)) {
      ready(weight).close();
      boolean whole = weight.shape().size() * weight.dtype().bytes() == weight.storage().byteSize();
      if (whole && weight.layout().isRowMajor()) {
        weight.storage().holdPackedAlone(this::unpack);
      }
    }
  }

  private void unpack(PackedWeight packed, MemorySegment to) {
    packed.weights().unpack(to, threads);
  }

  private static MemorySegment bytesOf(NativeTensor rowMajor) {
    return rowMajor.bytesFromStart().asSlice(0, rowMajor.shape().size() * rowMajor.dtype().bytes());
  }

  private PackedWeight pack(NativeTensor weight) {
    try (Temporaries temporaries = new Temporaries()) {
      boolean direct = weight.layout().isRowMajor();
      MemorySegment source = bytesOf(temporaries.rowMajor(weight));
      long channels = weight.shape().dim(0);
      long depth = weight.shape().dim(1);
      PackedWeights weights =
          PackedWeights.pack(
              source, elementType(weight.dtype()), channels, depth, format(weight), threads);
      if (direct && weight.storage().isBorrowed()) {
        MappedPages.drop(source);
      }
      return PackedWeight.of(weights, packedBytes);
    }
  }

  private static WeightFormat format(NativeTensor weight) {
    return weight.dtype() == DType.BF16 ? WeightFormat.BF16 : WeightFormat.FLOAT32;
  }

  private static ElementType elementType(DType dtype) {
    return dtype == DType.BF16 ? ElementType.BF16 : ElementType.FLOAT32;
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
    packed.close();
  }
}
