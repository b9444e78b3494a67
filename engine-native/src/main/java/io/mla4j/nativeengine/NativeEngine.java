package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.sampling.Sampler;
import io.mla4j.kernels.sampling.SamplingSettings;
import io.mla4j.kernels.sampling.SeededDraw;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.LatentProjections;
import io.mla4j.tensor.OperationBodies;
import io.mla4j.tensor.PagedKeyValues;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Sampling;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Inference on the CPU with our own kernels. Any number of threads may use one engine at once. */
final class NativeEngine implements Engine {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final long MOST_IDLE_BYTES = 1L << 30;

  private final StoragePool pool = new StoragePool(MOST_IDLE_BYTES);
  private final Arithmetic arithmetic;
  private final Comparison comparison;
  private final PlainFunctions plainFunctions;
  private final Reduction reduction;
  private final Ordering ordering;
  private final MatrixProduct matrixProduct;
  private final Copying copying;
  private final Indexing indexing;
  private final Scattering scattering;
  private final Fused fused;
  private final OperationBodies bodies = new OperationBodies();
  private final AtomicLong packedBytes = new AtomicLong();
  private final Linear linear;
  private final Experts experts;
  private final Sampler sampler;
  private final LatentDecode latentDecode;
  private final PagedDecode pagedDecode;
  private final Cleaner.Cleanable holdings;
  private SplittableRandom random = new SplittableRandom(0);

  NativeEngine(Kernels kernels) {
    this.arithmetic = new Arithmetic(kernels);
    this.comparison = new Comparison(kernels.threads());
    this.plainFunctions = new PlainFunctions(kernels.threads());
    this.reduction = new Reduction(kernels);
    this.ordering = new Ordering(kernels.threads());
    this.matrixProduct = new MatrixProduct(kernels);
    this.copying = new Copying(kernels);
    this.indexing = new Indexing(kernels.threads(), copying);
    this.scattering = new Scattering(kernels);
    this.fused = new Fused(kernels);
    this.linear = new Linear(kernels, packedBytes);
    this.experts = new Experts(kernels, linear);
    this.sampler = new Sampler(kernels);
    this.latentDecode = new LatentDecode(kernels);
    this.pagedDecode = new PagedDecode(kernels);
    // For an engine that nobody closes: every tensor refers to its engine, so nothing is in use
    // once the engine is unreachable.
    this.holdings = CLEANER.register(this, new Holdings(kernels, linear, pool));
  }

  /** What an engine gives back at its end. */
  private record Holdings(Kernels kernels, Linear linear, StoragePool pool) implements Runnable {
    @Override
    public void run() {
      kernels.close();
      linear.close();
      pool.close();
    }
  }

  @Override
  public void close() {
    holdings.clean();
  }

  @Override
  public String name() {
    return NativeEngineProvider.NAME;
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  Arithmetic arithmetic() {
    return arithmetic;
  }

  Comparison comparison() {
    return comparison;
  }

  PlainFunctions plainFunctions() {
    return plainFunctions;
  }

  Ordering ordering() {
    return ordering;
  }

  Scattering scattering() {
    return scattering;
  }

  Reduction reduction() {
    return reduction;
  }

  MatrixProduct matrixProduct() {
    return matrixProduct;
  }

  Copying copying() {
    return copying;
  }

  Indexing indexing() {
    return indexing;
  }

  /** Native memory this engine holds, in use or ready for reuse. */
  long allocatedBytes() {
    return pool.allocatedBytes() + packedBytes.get();
  }

  // Creation

  /** A row-major tensor with unspecified elements, in this thread's scope. */
  NativeTensor empty(DType dtype, Shape shape) {
    NativeTensor tensor = unscoped(dtype, shape);
    TensorScope.register(tensor);
    return tensor;
  }

  /** As {@link #empty}, but in no scope; whoever asked closes it. */
  NativeTensor unscoped(DType dtype, Shape shape) {
    if (shape.size() > Long.MAX_VALUE / 16) {
      throw new IllegalArgumentException("A tensor of the shape " + shape + " is too large.");
    }
    Storage storage = new Storage(pool, shape.size() * dtype.bytes());
    return new NativeTensor(this, dtype, Layout.rowMajor(shape), storage);
  }

  NativeTensor zeroed(DType dtype, Shape shape) {
    NativeTensor tensor = empty(dtype, shape);
    tensor.memory().asSlice(0, shape.size() * dtype.bytes()).fill((byte) 0);
    return tensor;
  }

  @Override
  public Tensor zeros(DType dtype, long... shape) {
    return zeroed(dtype, Shape.of(shape));
  }

  @Override
  public Tensor full(DType dtype, double value, long... shape) {
    NativeTensor tensor = empty(dtype, Shape.of(shape));
    ElementType type = ElementType.of(dtype);
    MemorySegment memory = tensor.memory();
    for (long i = 0; i < tensor.shape().size(); i++) {
      type.set(memory, i, value);
    }
    return tensor;
  }

  @Override
  public Tensor arange(long start, long end) {
    if (end < start) {
      throw new IllegalArgumentException(
          "A range ends at or after its start, unlike " + start + " to " + end + ".");
    }
    NativeTensor tensor = empty(DType.INT64, Shape.of(Math.subtractExact(end, start)));
    MemorySegment memory = tensor.memory();
    for (long i = 0; i < end - start; i++) {
      memory.setAtIndex(ValueLayout.JAVA_LONG, i, start + i);
    }
    return tensor;
  }

  @Override
  public Tensor ofFloats(float[] elements, long... shape) {
    return ofBytes(MemorySegment.ofArray(elements), DType.FLOAT32, shape);
  }

  @Override
  public Tensor ofDoubles(double[] elements, long... shape) {
    return ofBytes(MemorySegment.ofArray(elements), DType.FLOAT64, shape);
  }

  @Override
  public Tensor ofLongs(long[] elements, long... shape) {
    return ofBytes(MemorySegment.ofArray(elements), DType.INT64, shape);
  }

  @Override
  public Tensor ofBooleans(boolean[] elements, long... shape) {
    byte[] bytes = new byte[elements.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (elements[i] ? 1 : 0);
    }
    return ofBytes(MemorySegment.ofArray(bytes), DType.BOOL, shape);
  }

  @Override
  public Tensor ofBytes(MemorySegment source, DType dtype, long... shape) {
    Shape extents = Shape.of(shape);
    checkBytes(source, dtype, extents);
    NativeTensor tensor = empty(dtype, extents);
    MemorySegment.copy(source, 0, tensor.memory(), 0, source.byteSize());
    return tensor;
  }

  @Override
  public Tensor ofMapped(MemorySegment source, DType dtype, long... shape) {
    if (!NativeMemory.isShared(source)) {
      return ofBytes(source, dtype, shape);
    }
    Shape extents = Shape.of(shape);
    checkBytes(source, dtype, extents);
    Storage storage = Storage.over(pool, source, dtype.bytes());
    NativeTensor tensor = new NativeTensor(this, dtype, Layout.rowMajor(extents), storage);
    TensorScope.register(tensor);
    return tensor;
  }

  private static void checkBytes(MemorySegment source, DType dtype, Shape extents) {
    if (source.byteSize() / dtype.bytes() != extents.size()
        || source.byteSize() % dtype.bytes() != 0) {
      throw new IllegalArgumentException(
          "A tensor of "
              + dtype
              + " with the shape "
              + extents
              + " needs "
              + extents.size()
              + " elements of "
              + dtype.bytes()
              + " bytes, not "
              + source.byteSize()
              + " bytes.");
    }
  }

  @Override
  public Tensor concat(List<Tensor> tensors, int dimension) {
    return indexing.concat(this, tensors, dimension);
  }

  // Randomness

  @Override
  public synchronized void seed(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public Tensor uniform(DType dtype, double low, double high, long... shape) {
    return random(dtype, shape, from -> low + (high - low) * from.nextDouble());
  }

  @Override
  public Tensor normal(DType dtype, double mean, double deviation, long... shape) {
    return random(dtype, shape, from -> mean + deviation * from.nextGaussian());
  }

  private synchronized Tensor random(
      DType dtype, long[] shape, ToDoubleFunction<SplittableRandom> next) {
    NativeTensor tensor = empty(dtype, Shape.of(shape));
    ElementType type = ElementType.of(dtype);
    MemorySegment memory = tensor.memory();
    for (long i = 0; i < tensor.shape().size(); i++) {
      type.set(memory, i, next.applyAsDouble(random));
    }
    return tensor;
  }

  @Override
  public Tensor dropout(Tensor x, double probability) {
    if (probability == 0) {
      return x;
    }
    throw NativeTensor.infersOnly();
  }

  @Override
  public <R> R run(FusedOperation<R> operation) {
    return bodies.run(this, operation);
  }

  // Fused operations; where a kernel does not apply, the default body runs in a scope of its own

  @Override
  public Tensor softmax(Tensor x) {
    if (Fused.accepts(x)) {
      return fused.softmax(NativeTensor.of(x));
    }
    return Fused.widens(x)
        ? inFloat32(x, () -> softmax(wide(x)))
        : TensorScope.call(() -> Engine.super.softmax(x));
  }

  @Override
  public Tensor logSoftmax(Tensor x) {
    if (Fused.accepts(x)) {
      return fused.logSoftmax(NativeTensor.of(x));
    }
    return Fused.widens(x)
        ? inFloat32(x, () -> logSoftmax(wide(x)))
        : TensorScope.call(() -> Engine.super.logSoftmax(x));
  }

  /** Where some tensors are BF16: an operation on FLOAT32 ones, whose result gets x's type. */
  private static Tensor inFloat32(Tensor x, Supplier<Tensor> operation) {
    return TensorScope.call(() -> operation.get().cast(x.dtype()));
  }

  private static Tensor wide(Tensor x) {
    return x.cast(DType.FLOAT32);
  }

  @Override
  public Tensor gelu(Tensor x) {
    return arithmetic.unary(UnaryOp.GELU, NativeTensor.of(x));
  }

  @Override
  public Tensor silu(Tensor x) {
    return arithmetic.unary(UnaryOp.SILU, NativeTensor.of(x));
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    boolean accepted = Fused.widens(x, weight) && bias.map(Fused::widens).orElse(true);
    return accepted
        ? linear.apply(NativeTensor.of(x), NativeTensor.of(weight), bias.map(NativeTensor::of))
        : TensorScope.call(() -> Engine.super.linear(x, weight, bias));
  }

  @Override
  public Tensor swiGlu(Tensor x, Tensor gate, Tensor up) {
    boolean accepted = Fused.widens(x, gate, up) && gate.dtype() == up.dtype();
    return accepted && linear.takes(NativeTensor.of(gate))
        ? linear.swiGlu(NativeTensor.of(x), NativeTensor.of(gate), NativeTensor.of(up))
        : TensorScope.call(() -> Engine.super.swiGlu(x, gate, up));
  }

  @Override
  public void prepareLinear(Tensor weight) {
    if (Fused.widens(weight)) {
      linear.prepare(NativeTensor.of(weight));
    }
  }

  @Override
  public Tensor routedExperts(Tensor x, Tensor chosen, Tensor weights, ExpertMatrices matrices) {
    matrices.check(x, chosen, weights);
    boolean accepted = Fused.widens(x, weights, matrices.gate().getFirst());
    return accepted && matrices.width() > 0 && matrices.inner() > 0
        ? experts.run(
            NativeTensor.of(x), NativeTensor.of(chosen), NativeTensor.of(weights), matrices)
        : TensorScope.call(() -> Engine.super.routedExperts(x, chosen, weights, matrices));
  }

  @Override
  public long[] sample(Tensor logits, Sampling sampling, long seed, long step) {
    Sampling.check(logits);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(temporaries.floats(NativeTensor.of(logits)));
      int count = Math.toIntExact(rows.shape().dim(0));
      SamplingSettings settings =
          new SamplingSettings(
              sampling.temperature(), sampling.topK(), sampling.topP(), sampling.minP());
      int[] tokens =
          sampler.sample(
              rows.memoryFromStart(),
              count,
              Math.toIntExact(rows.shape().dim(1)),
              Collections.nCopies(count, settings),
              Collections.nCopies(count, new SeededDraw(seed, step)));
      return Arrays.stream(tokens).asLongStream().toArray();
    }
  }

  @Override
  public Tensor embedding(Tensor weight, Tensor ids) {
    return TensorScope.call(() -> Engine.super.embedding(weight, ids));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    if (Fused.accepts(x, weight)) {
      return fused.rmsNorm(NativeTensor.of(x), NativeTensor.of(weight), epsilon);
    }
    return Fused.widens(x, weight)
        ? inFloat32(x, () -> rmsNorm(wide(x), wide(weight), epsilon))
        : TensorScope.call(() -> Engine.super.rmsNorm(x, weight, epsilon));
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    if (Fused.accepts(x, weight, bias)) {
      return fused.layerNorm(
          NativeTensor.of(x), NativeTensor.of(weight), NativeTensor.of(bias), epsilon);
    }
    return Fused.widens(x, weight, bias)
        ? inFloat32(x, () -> layerNorm(wide(x), wide(weight), wide(bias), epsilon))
        : TensorScope.call(() -> Engine.super.layerNorm(x, weight, bias, epsilon));
  }

  @Override
  public Tensor rotary(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout) {
    if (Fused.accepts(x, cos, sin)) {
      return fused.rotary(NativeTensor.of(x), NativeTensor.of(cos), NativeTensor.of(sin), layout);
    }
    return Fused.widens(x, cos, sin)
        ? inFloat32(x, () -> rotary(wide(x), wide(cos), wide(sin), layout))
        : TensorScope.call(() -> Engine.super.rotary(x, cos, sin, layout));
  }

  @Override
  public Tensor attention(
      Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale) {
    if (Fused.accepts(query, key, value)) {
      NativeTensor q = NativeTensor.of(query);
      NativeTensor k = NativeTensor.of(key);
      NativeTensor v = NativeTensor.of(value);
      return PagedDecode.acceptsInOnePiece(q, k, v, mask)
          ? pagedDecode.attendInOnePiece(q, k, v, mask, scale)
          : fused.attention(q, k, v, mask, scale);
    }
    return Fused.widens(query, key, value)
        ? inFloat32(query, () -> attention(wide(query), wide(key), wide(value), mask, scale))
        : TensorScope.call(() -> Engine.super.attention(query, key, value, mask, scale));
  }

  @Override
  public Tensor pagedAttention(
      Tensor query, PagedKeyValues keyValues, AttentionMask mask, double scale) {
    return PagedDecode.accepts(query, keyValues, mask)
        ? pagedDecode.attend(NativeTensor.of(query), keyValues, mask, scale)
        : TensorScope.call(() -> Engine.super.pagedAttention(query, keyValues, mask, scale));
  }

  @Override
  public Tensor latentAttention(
      LatentForm form,
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    Fused.requireOneType(queryNope, queryRotary, keys);
    return TensorScope.call(
        () ->
            switch (form) {
              case EXPANDED ->
                  expanded(
                      queryNope,
                      queryRotary,
                      keys.gathered(queryNope.dtype()),
                      projections,
                      keys.masked(mask),
                      scale);
              case ABSORBED ->
                  absorbed(
                      queryNope,
                      queryRotary,
                      keys,
                      projections.cast(queryNope.dtype()),
                      mask,
                      scale);
            });
  }

  private Tensor absorbed(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    return LatentDecode.accepts(queryNope, queryRotary, keys, projections, mask)
        ? latentDecode.attend(
            NativeTensor.of(queryNope),
            NativeTensor.of(queryRotary),
            keys,
            projections,
            mask,
            scale)
        : Engine.super.latentAttention(
            LatentForm.ABSORBED, queryNope, queryRotary, keys, projections, mask, scale);
  }

  private Tensor expanded(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    return fused.takesParts()
            && Fused.accepts(queryNope, queryRotary, keys.latent())
            && Fused.widens(projections.weight())
        ? expandedInParts(queryNope, queryRotary, keys, projections, mask, scale)
        : Engine.super.latentAttention(
            LatentForm.EXPANDED, queryNope, queryRotary, keys, projections, mask, scale);
  }

  /**
   * The expanded form without copies of queries and keys: their rotary parts stay where they are.
   */
  private Tensor expandedInParts(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    long nope = projections.nopeDim();
    Tensor latent = keys.latent(); // [B, S, R]
    Tensor rows = projections.weight().reshape(-1, projections.latentRank());
    Tensor expanded =
        linear(latent, rows, Optional.empty())
            .reshape(
                latent.shape().dim(0),
                keys.keys(),
                projections.heads(),
                nope + projections.valueDim());
    Tensor rotary = keys.rotary().unsqueeze(2); // [B, S, 1, P]
    Tensor shared = rotary.expand(rotary.shape().with(2, projections.heads()).toArray());
    return fused.attentionInParts(
        NativeTensor.of(queryNope),
        NativeTensor.of(expanded.narrow(3, 0, nope)),
        NativeTensor.of(queryRotary),
        NativeTensor.of(shared),
        NativeTensor.of(expanded.narrow(3, nope, projections.valueDim())),
        mask,
        scale);
  }
}
