package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.HugePages;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** What cases and checks are given to work with. */
public final class Workbench {

  private static final int ALIGNMENT = 64;
  private static final long SEED = 1;

  private final Kernels kernels;
  private final Torch torch;
  private final boolean quick;
  private final SplittableRandom random = new SplittableRandom(SEED);

  public Workbench(Kernels kernels, Torch torch, boolean quick) {
    this.kernels = kernels;
    this.torch = torch;
    this.quick = quick;
  }

  public Kernels kernels() {
    return kernels;
  }

  public int threads() {
    return kernels.threads().count();
  }

  public Torch torch() {
    return torch;
  }

  /** Whether shapes are to be small, as only whether everything runs is asked. */
  public boolean quick() {
    return quick;
  }

  /**
   * So many zero bytes, aligned for vectors, in huge pages if they are many, as engines have them.
   */
  MemorySegment bytes(Arena memory, long count) {
    return HugePages.allocate(memory, Math.max(1, count));
  }

  /** So many float32 elements between −1 and 1. */
  MemorySegment floats(Arena memory, long count) {
    MemorySegment floats = zeros(memory, count);
    SplittableRandom values = split();
    for (long i = 0; i < count; i++) {
      float value = (float) values.nextDouble(-1, 1);
      floats.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES, value);
    }
    return floats;
  }

  /** Numbers for one thread. */
  private synchronized SplittableRandom split() {
    return random.split();
  }

  /** So many float32 zeros. */
  MemorySegment zeros(Arena memory, long count) {
    return bytes(memory, count * Float.BYTES);
  }

  /**
   * The same with libtorch, if it is here.
   *
   * @param operation makes its tensors from the engine, then returns what is timed; what that
   *     creates is freed after each run
   */
  Optional<Peer> torchPeer(Function<Engine, Supplier<Tensor>> operation) {
    return torch.engine().map(engine -> new Peer("libtorch", freeing(operation.apply(engine))));
  }

  private static Runnable freeing(Supplier<Tensor> operation) {
    return () -> TensorScope.release(TensorScope.call(operation)).close();
  }
}
