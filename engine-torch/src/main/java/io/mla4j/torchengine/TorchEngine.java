package io.mla4j.torchengine;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Differentiable;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.OperationBodies;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Creates libtorch tensors and runs libtorch's fused operations. */
final class TorchEngine implements Engine {

  /** Stands for any thread that is not the caller's. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final Device device;
  private final Map<DType, TensorOptions> hostOptions = new EnumMap<>(DType.class);

  private final TorchCall caller;
  private final TorchGraph graph = new TorchGraph();
  private final TorchRandom random;
  private final OperationBodies bodies = TorchOperations.of(this);

  TorchEngine(Device device, int threads) {
    this.device = device;
    this.caller = new TorchCall(threads);
    this.random = new TorchRandom(device);
    for (DType dtype : DType.values()) {
      hostOptions.put(dtype, new TensorOptions(TorchTypes.scalarType(dtype)));
    }
  }

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Optional<String> library() {
    return Optional.of(TorchEngineProvider.library());
  }

  /** libtorch's threads and memory belong to the process and stay. */
  @Override
  public void close() {
    hostOptions.values().forEach(TensorOptions::close);
    hostOptions.clear();
    random.close();
  }

  TorchGraph graph() {
    return graph;
  }

  TorchCall caller() {
    return caller;
  }

  /** Runs a call of libtorch with this engine's threads, its errors in one sentence. */
  <T> T call(Supplier<T> call) {
    return caller.run(call);
  }

  void call(Runnable call) {
    caller.run(call);
  }

  Tensor wrap(Supplier<org.bytedeco.pytorch.Tensor> call) {
    return wrap(call(call));
  }

  private Tensor wrap(org.bytedeco.pytorch.Tensor handle) {
    return new TorchTensor(this, handle);
  }

  /** Moves a tensor just made in the host's memory to this engine's device. */
  private Tensor place(org.bytedeco.pytorch.Tensor host) {
    if (device.kind() == Device.Kind.CPU) {
      return wrap(host);
    }
    try (host;
        org.bytedeco.pytorch.Device target = new org.bytedeco.pytorch.Device(device.toString())) {
      return wrap(() -> host.to(target, host.scalar_type()));
    }
  }

  // Creation

  @Override
  public Tensor zeros(DType dtype, long... shape) {
    return full(dtype, 0, shape);
  }

  @Override
  public Tensor full(DType dtype, double value, long... shape) {
    try (Scalar scalar = dtype.isFloating() ? new Scalar(value) : new Scalar((long) value)) {
      return place(call(() -> torch.full(shape, scalar, options(dtype))));
    }
  }

  private TensorOptions options(DType dtype) {
    TensorOptions options = hostOptions.get(dtype);
    if (options == null) {
      throw new IllegalStateException("The engine is closed.");
    }
    return options;
  }

  @Override
  public Tensor arange(long start, long end) {
    try (Scalar first = new Scalar(start);
        Scalar after = new Scalar(end)) {
      return place(call(() -> torch.arange(first, after, options(DType.INT64))));
    }
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
    long bytes = checkBytes(source, dtype, Shape.of(shape));
    org.bytedeco.pytorch.Tensor host = call(() -> torch.zeros(shape, options(dtype)));
    if (bytes > 0) {
      MemorySegment.copy(source, 0, TorchTensor.memory(host, bytes), 0, bytes);
    }
    return place(host);
  }

  private static long checkBytes(MemorySegment source, DType dtype, Shape target) {
    long bytes = Math.multiplyExact(target.size(), dtype.bytes());
    if (source.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "A "
              + dtype
              + " tensor of shape "
              + target
              + " needs "
              + bytes
              + " bytes, not "
              + source.byteSize()
              + ".");
    }
    return bytes;
  }

  /** On another device, and where other threads may not read the memory, a copy. */
  @Override
  public Tensor ofMapped(MemorySegment source, DType dtype, long... shape) {
    boolean readable = source.isNative() && source.isAccessibleBy(ANOTHER);
    if (!readable || device.kind() != Device.Kind.CPU || source.byteSize() == 0) {
      return ofBytes(source, dtype, shape);
    }
    checkBytes(source, dtype, Shape.of(shape));
    try (Pointer start = new Start(source)) {
      return new TorchTensor(
          this, call(() -> torch.from_blob(start, shape, options(dtype))), Optional.of(source));
    }
  }

  /** Where a memory starts, for libtorch, which neither frees nor counts it. */
  private static final class Start extends Pointer {
    Start(MemorySegment memory) {
      address = memory.address();
      limit = memory.byteSize();
      capacity = memory.byteSize();
    }
  }

  @Override
  public Tensor concat(List<Tensor> tensors, int dimension) {
    try (TensorVector vector = vector(tensors)) {
      return wrap(() -> torch.cat(vector, dimension));
    }
  }

  static TensorVector vector(List<Tensor> tensors) {
    org.bytedeco.pytorch.Tensor[] handles = new org.bytedeco.pytorch.Tensor[tensors.size()];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = TorchTensor.handle(tensors.get(i));
    }
    return new TensorVector(handles);
  }

  // Randomness and differentiation

  @Override
  public boolean differentiates() {
    return true;
  }

  @Override
  public void seed(long seed) {
    random.seed(seed);
  }

  @Override
  public Tensor uniform(DType dtype, double low, double high, long... shape) {
    Tensor tensor = zeros(dtype, shape);
    call(() -> random.uniform(TorchTensor.handle(tensor), low, high));
    return tensor;
  }

  @Override
  public Tensor normal(DType dtype, double mean, double deviation, long... shape) {
    Tensor tensor = zeros(dtype, shape);
    call(() -> random.normal(TorchTensor.handle(tensor), mean, deviation));
    return tensor;
  }

  @Override
  public Tensor dropout(Tensor x, double probability) {
    return probability == 0 || x.shape().size() == 0
        ? x
        : wrap(() -> random.dropout(TorchTensor.handle(x), probability));
  }

  @Override
  public Guard noGrad() {
    boolean before = GradMode.is_enabled();
    GradMode.set_enabled(false);
    return () -> GradMode.set_enabled(before);
  }

  /**
   * The scope is Java's own: libtorch's keeps softmax and norms in the shorter type, and its cache
   * of converted weights goes stale when they move.
   */
  @Override
  public Guard autocast(DType type) {
    if (type == DType.FLOAT16 && device.kind() == Device.Kind.CPU) {
      throw new IllegalArgumentException("On the CPU a precision scope is of BF16, not FLOAT16.");
    }
    return Autocast.open(type);
  }

  private static org.bytedeco.pytorch.Tensor handle(Autocast operation, Tensor operand) {
    return TorchTensor.handle(operation.operand(operand));
  }

  @Override
  public Guard inference() {
    InferenceMode mode = new InferenceMode(true);
    return mode::close;
  }

  // Fused operations

  @Override
  @SuppressWarnings("unchecked") // a differentiable operation gives a tensor
  public <R> R run(FusedOperation<R> operation) {
    if (operation instanceof Differentiable && !bodies.has(operation)) {
      Differentiable differentiable = (Differentiable) operation;
      if (recordsGraph(differentiable)) {
        return (R) TorchNode.record(this, differentiable);
      }
    }
    return bodies.run(this, operation);
  }

  private static boolean recordsGraph(Differentiable operation) {
    return GradMode.is_enabled() && operation.inputs().stream().anyMatch(Tensor::requiresGrad);
  }

  @Override
  public Tensor softmax(Tensor x) {
    return wrap(() -> torch.softmax(handle(Autocast.SOFTMAX, x), -1));
  }

  @Override
  public Tensor logSoftmax(Tensor x) {
    return wrap(() -> torch.log_softmax(handle(Autocast.LOG_SOFTMAX, x), -1));
  }

  @Override
  public Tensor gelu(Tensor x) {
    return wrap(() -> torch.gelu(TorchTensor.handle(x)));
  }

  @Override
  public Tensor silu(Tensor x) {
    return wrap(() -> torch.silu(TorchTensor.handle(x)));
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    if (halfOnHost(x.dtype())) {
      return Engine.super.linear(x, weight, bias);
    }
    DType type = weight.dtype();
    if (x.dtype() == type && bias.map(b -> b.dtype() == type).orElse(true)) {
      return multiply(x, weight, bias);
    }
    // Sums are float32, but the result is rounded to the weight's type before it gets x's.
    return TensorScope.call(
        () -> {
          Optional<Tensor> added = bias.map(b -> b.cast(type));
          return multiply(x.cast(type), weight, added).cast(x.dtype());
        });
  }

  private Tensor multiply(Tensor x, Tensor weight, Optional<Tensor> bias) {
    org.bytedeco.pytorch.Tensor input = handle(Autocast.LINEAR, x);
    org.bytedeco.pytorch.Tensor rows = handle(Autocast.LINEAR, weight);
    if (bias.isEmpty()) {
      return wrap(() -> torch.linear(input, rows));
    }
    try (TensorOptional offset = new TensorOptional(handle(Autocast.LINEAR, bias.get()))) {
      return wrap(() -> torch.linear(input, rows, offset));
    }
  }

  @Override
  public Tensor embedding(Tensor weight, Tensor ids) {
    org.bytedeco.pytorch.Tensor table = TorchTensor.handle(weight);
    return wrap(() -> torch.embedding(table, TorchTensor.handle(ids)));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    long[] normalized = {x.shape().dim(-1)};
    org.bytedeco.pytorch.Tensor rows = handle(Autocast.RMS_NORM, x);
    try (TensorOptional scale = new TensorOptional(handle(Autocast.RMS_NORM, weight));
        DoubleOptional eps = new DoubleOptional(epsilon)) {
      return wrap(() -> torch.rms_norm(rows, normalized, scale, eps));
    }
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    long[] normalized = {x.shape().dim(-1)};
    org.bytedeco.pytorch.Tensor rows = handle(Autocast.LAYER_NORM, x);
    try (TensorOptional scale = new TensorOptional(handle(Autocast.LAYER_NORM, weight));
        TensorOptional offset = new TensorOptional(handle(Autocast.LAYER_NORM, bias))) {
      return wrap(() -> torch.layer_norm(rows, normalized, scale, offset, epsilon, false));
    }
  }

  /** Interleaved pairs are complex numbers, and a rotation is one product of them. */
  @Override
  public Tensor rotary(Tensor x, Tensor cos, Tensor sin, RotaryLayout layout) {
    boolean complex = x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64;
    if (layout != RotaryLayout.INTERLEAVED || !complex) {
      return Engine.super.rotary(x, cos, sin, layout);
    }
    Shape shape = x.shape();
    long pairs = shape.dim(3) / 2;
    long batch = cos.shape().rank() == 3 ? cos.shape().dim(0) : 1;
    long[] table = {batch, cos.shape().dim(-2), 1, pairs, 1};
    Tensor angles = concat(List.of(cos.reshape(table), sin.reshape(table)), 4);
    Tensor split =
        evenlyPlaced(x.contiguous()).reshape(shape.dim(0), shape.dim(1), shape.dim(2), pairs, 2);
    org.bytedeco.pytorch.Tensor turned =
        call(
            () -> {
              try (var numbers = torch.view_as_complex(TorchTensor.handle(split));
                  var rotations = torch.view_as_complex(TorchTensor.handle(angles));
                  var product = numbers.mul(rotations)) {
                return torch.view_as_real(product);
              }
            });
    return wrap(turned).reshape(shape.toArray());
  }

  /** A view that begins at an odd element is no row of complex numbers, and is copied. */
  private Tensor evenlyPlaced(Tensor x) {
    org.bytedeco.pytorch.Tensor rows = TorchTensor.handle(x);
    return rows.storage_offset() % 2 == 0 ? x : wrap(call(() -> rows.clone()));
  }

  /**
   * libtorch's fused attention wants keys and values of one width and aligns causal masks to the
   * first key: narrower values are padded here, and only square causal masks use its own.
   */
  @Override
  public Tensor attention(
      Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale) {
    if (mask.sequences().isPresent()) {
      return attentionBySequence(query, key, value, mask.sequences().get(), mask, scale);
    }
    long width = query.shape().dim(3);
    long valueWidth = value.shape().dim(3);
    if (valueWidth > width) {
      return Engine.super.attention(query, key, value, mask, scale);
    }
    Tensor padded = valueWidth == width ? value : pad(value, width - valueWidth);
    Tensor context = fusedAttention(query, key, padded, mask, scale).transpose(1, 2);
    return valueWidth == width ? context : context.narrow(3, 0, valueWidth);
  }

  /**
   * Attention of packed sequences one by one, or as the rows of a batch where they have one length,
   * instead of hiding most of a square.
   */
  private Tensor attentionBySequence(
      Tensor query,
      Tensor key,
      Tensor value,
      PackedSequences packed,
      AttentionMask mask,
      double scale) {
    AttentionMask within = mask.withinSequence();
    if (packed.haveOneLength() && packed.tokens() > 0) {
      Tensor context =
          attention(rows(query, packed), rows(key, packed), rows(value, packed), within, scale);
      Shape heads = context.shape();
      return context.reshape(1, packed.tokens(), heads.dim(2), heads.dim(3));
    }
    List<Tensor> contexts = new ArrayList<>();
    for (int i = 0; i < packed.count(); i++) {
      int start = packed.start(i);
      int length = packed.length(i);
      contexts.add(
          attention(
              query.narrow(1, start, length),
              key.narrow(1, start, length),
              value.narrow(1, start, length),
              within,
              scale));
    }
    return concat(contexts, 1);
  }

  private static Tensor rows(Tensor x, PackedSequences packed) {
    return x.reshape(packed.count(), packed.length(0), x.shape().dim(2), x.shape().dim(3));
  }

  private Tensor pad(Tensor value, long columns) {
    Shape shape = value.shape().with(3, columns);
    return concat(List.of(value, zeros(value.dtype(), shape.toArray())), 3);
  }

  private Tensor fusedAttention(
      Tensor query, Tensor key, Tensor value, AttentionMask mask, double scale) {
    long queries = query.shape().dim(1);
    long keys = key.shape().dim(1);
    boolean plainCausal =
        mask.causal() && mask.window() == 0 && mask.keyMask().isEmpty() && queries == keys;
    Optional<Tensor> visible = plainCausal ? Optional.empty() : mask.visible(this, queries, keys);
    boolean grouped = key.shape().dim(2) < query.shape().dim(2);
    DType type = Autocast.ATTENTION.operand(query).dtype();
    // On the CPU this build's attention of 16 bits is 20 times slower than that of float32.
    boolean widens = device.kind() == Device.Kind.CPU && type.bytes() == 2;
    Tensor q = attended(query, widens); // [B, H, T, D]
    Tensor k = attended(key, widens);
    Tensor v = attended(value, widens);
    try (DoubleOptional factor = new DoubleOptional(scale);
        TensorOptional attend =
            visible.isPresent()
                ? new TensorOptional(TorchTensor.handle(visible.get()))
                : new TensorOptional()) {
      return wrap(() ->
              torch.scaled_dot_product_attention(
                  TorchTensor.handle(q),
                  TorchTensor.handle(k),
                  TorchTensor.handle(v),
                  attend,
                  0.0,
                  plainCausal,
                  factor,
                  grouped))
          .cast(type);
    }
  }

  private static Tensor attended(Tensor rows, boolean widens) {
    Tensor operand = Autocast.ATTENTION.operand(rows);
    return (widens ? operand.cast(DType.FLOAT32) : operand).transpose(1, 2);
  }

  /** Products of float16 on the CPU take 400 times as long as those of bf16. */
  boolean halfOnHost(DType type) {
    return type == DType.FLOAT16 && device.kind() == Device.Kind.CPU;
  }
}
