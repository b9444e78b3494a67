package io.mla4j.kernels.product;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Products with packed weights, {@code C = function(X · Wᵀ + bias) + residual}. Every entry checks
 * its arguments before anything runs, and may be called by many threads at once.
 */
public final class MatrixProducts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MatrixProducts.class);
  private static final AtomicBoolean SAID = new AtomicBoolean();

  /** Elements below which another thread costs more than it brings. */
  private static final long QUANTIZE_GRAIN = 1 << 15;

  private final ProductBody body;
  private final KernelThreads threads;
  private final Scratch scratch = new Scratch();

  /** Takes the C twin where this machine has it, else Java; of plain loops a warning says why. */
  public MatrixProducts(KernelThreads threads) {
    this(threads, choose());
  }

  /** The Java twin alone: for comparing the two. */
  public static MatrixProducts inJavaOn(KernelThreads threads) {
    return new MatrixProducts(threads, inJava());
  }

  MatrixProducts(KernelThreads threads, ProductBody body) {
    this.threads = threads;
    this.body = body;
  }

  /** Whether products run in C here rather than in Java. */
  public static boolean hasNativeTwin() {
    return NativeProduct.find().isPresent();
  }

  private static ProductBody choose() {
    return NativeProduct.find().map(ProductBody.class::cast).orElseGet(MatrixProducts::inJava);
  }

  private static ProductBody inJava() {
    KernelChoice choice = KernelChoice.detect();
    if (!choice.vector() && SAID.compareAndSet(false, true)) {
      LOG.warn("Products with packed weights run as plain loops. {}", choice.reason());
    }
    return inJava(choice);
  }

  // The class of the vector loops is named in a method of its own, so that it is not loaded with
  // this one where its module is absent.
  static JavaProduct inJava(KernelChoice choice) {
    return new JavaProduct(
        choice.bodies(), choice.vector() ? vectorLoops() : new ScalarPackedLoops());
  }

  private static PackedLoops vectorLoops() {
    return new VectorPackedLoops();
  }

  /** What runs, such as {@code C for AVX-512 with BF16 and VNNI}. */
  public String description() {
    return body.description();
  }

  /**
   * {@code C = function(X · Wᵀ + bias) + residual}.
   *
   * @param x [M, K]; int8 activations need int8 weights
   * @param weights [N, K]
   * @param out [M, N] in float32, overwritten; it shares no memory with what is read, but may be
   *     the residual
   * @throws IllegalArgumentException if depths or types do not fit, a memory is too small, or the
   *     result shares one
   */
  public void multiply(Activations x, PackedWeights weights, Epilogue epilogue, MemorySegment out) {
    check(x, weights);
    NativeMemory.check("result", out, Float.BYTES, x.rows(), weights.channels());
    NativeMemory.checkWritable("result", out);
    epilogue.check(x.rows(), weights.channels());
    checkApart(x, weights, epilogue, out);
    if (x.rows() == 0) {
      return;
    }
    ProductPlan plan = ProductPlan.choose(x, weights, body, threads.count());
    Product product = new Product(x, weights, epilogue, out, plan);
    long elements = Math.ceilDiv(body.workBytes(product), Float.BYTES);
    threads.parallelFor(
        plan.blocks(), plan.grain(), (from, to) -> run(product, elements, from, to));
  }

  private void run(Product product, long elements, long from, long to) {
    try (Scratch.Loan loan = scratch.borrow(elements)) {
      for (long i = from; i < to; i++) {
        body.run(product, product.plan().block(i), loan.memory());
      }
    }
  }

  private static void check(Activations x, PackedWeights weights) {
    if (x.depth() != weights.depth()) {
      throw new IllegalArgumentException(
          "The activations have a depth of "
              + x.depth()
              + ", but the weights one of "
              + weights.depth()
              + ".");
    }
    if (x instanceof Activations.Int8 && weights.format() != WeightFormat.INT8) {
      throw new IllegalArgumentException(
          "Activations in int8 need weights in INT8, not " + weights.format() + ".");
    }
    weights.checkOpen();
  }

  private static void checkApart(
      Activations x, PackedWeights weights, Epilogue epilogue, MemorySegment result) {
    MemorySegment out = first(result, Float.BYTES, x.rows(), weights.channels());
    switch (x) {
      case Activations.Floating floating -> checkApart(out, floating.type().bytes(), x);
      case Activations.Int8 int8 -> {
        checkApart(out, Byte.BYTES, x);
        MemorySegment scales = first(int8.scales(), Float.BYTES, x.rows(), 1);
        NativeMemory.checkApart("result", out, "scales", scales);
      }
    }
    epilogue.checkApart(x.rows(), weights.channels(), out);
  }

  private static void checkApart(MemorySegment out, int bytes, Activations x) {
    MemorySegment read = first(x.memory(), bytes, x.rows(), x.depth());
    NativeMemory.checkApart("result", out, "activations", read);
  }

  /** Of a memory that was checked to have room for a matrix, that matrix. */
  private static MemorySegment first(MemorySegment memory, int bytes, long rows, long columns) {
    return memory.asSlice(0, rows * columns * bytes);
  }

  /**
   * Rounds rows to int8 with a scale each: the largest magnitude of a row becomes 127.
   *
   * @param x [M, K] in float32; a row that is not finite becomes NaN in every product
   * @param to [M, K], overwritten with its scales
   * @throws IllegalArgumentException if x is too small, or the target cannot be written or lies in
   *     it
   */
  public void quantize(MemorySegment x, Activations.Int8 to) {
    NativeMemory.check("float32 activations", x, Float.BYTES, to.rows(), to.depth());
    NativeMemory.checkWritable("memory of the int8 activations", to.memory());
    NativeMemory.checkWritable("memory of the scales", to.scales());
    MemorySegment read = first(x, Float.BYTES, to.rows(), to.depth());
    MemorySegment written = first(to.memory(), Byte.BYTES, to.rows(), to.depth());
    MemorySegment scales = first(to.scales(), Float.BYTES, to.rows(), 1);
    NativeMemory.checkApart("memory of the int8 activations", written, "float32 ones", read);
    NativeMemory.checkApart("memory of the scales", scales, "float32 activations", read);
    long grain = Math.max(1, QUANTIZE_GRAIN / to.depth());
    threads.parallelFor(to.rows(), grain, (from, end) -> body.quantize(x, to, from, end));
  }

  /** Frees the working memory; products still run afterwards, with memory for that call. */
  @Override
  public void close() {
    scratch.close();
    body.close();
  }
}
