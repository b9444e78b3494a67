package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LifetimeTest extends EngineTestCase {

  @Test
  void useAfterCloseIsRefused() {
    Tensor other = ENGINE.zeros(DType.FLOAT32, 2, 2);
    List<Consumer<Tensor>> uses =
        List.of(
            x -> x.add(other),
            other::add,
            x -> x.add(1),
            Tensor::exp,
            x -> x.lt(other),
            x -> x.sum(0),
            x -> x.max(1),
            Tensor::argmax,
            x -> x.matmul(other),
            x -> x.reshape(4),
            x -> x.transpose(0, 1),
            x -> x.narrow(0, 0, 1),
            x -> x.expand(2, 2),
            Tensor::contiguous,
            x -> x.cast(DType.FLOAT32),
            x -> x.cast(DType.BF16),
            Tensor::detach,
            Tensor::toFloats,
            Tensor::toDoubles,
            x -> x.copyInPlace(other),
            other::copyInPlace,
            Tensor::softmax,
            x -> ENGINE.linear(x, other, Optional.empty()),
            x -> ENGINE.concat(List.of(other, x), 0),
            x -> ENGINE.gelu(x));
    for (Consumer<Tensor> use : uses) {
      Tensor closed = ENGINE.zeros(DType.FLOAT32, 2, 2);
      closed.close();
      closed.close();
      String message =
          assertThrows(IllegalStateException.class, () -> use.accept(closed)).getMessage();
      assertTrue(message.contains("has been closed"), message);
    }
  }

  @Test
  void aViewOutlivesItsTensor() {
    Tensor x = ENGINE.ofFloats(new float[] {1, 2, 3}, 3);
    Tensor view = x.narrow(0, 1, 2);
    x.close();
    ENGINE.zeros(DType.FLOAT32, 3);
    assertElements(view, 2, 3);
  }

  @Test
  void aScopeFreesAllButWhatItKeeps() {
    Tensor kept;
    Tensor lost;
    try (TensorScope inner = TensorScope.open()) {
      lost = ENGINE.full(DType.FLOAT32, 1, 4);
      kept = inner.keep(lost.add(1));
    }
    assertElements(kept, 2, 2, 2, 2);
    assertThrows(IllegalStateException.class, lost::toFloats);
  }

  @Test
  void repeatedWorkAllocatesNothing() {
    try (NativeEngine engine = new NativeEngine(Kernels.start(2))) {
      Tensor weight = engine.full(DType.FLOAT32, 0.01, 60, 64);
      for (int i = 0; i < 5; i++) {
        step(engine, weight, 3 + i % 5);
      }
      long before = engine.allocatedBytes();
      for (int i = 0; i < 1000; i++) {
        step(engine, weight, 3 + i % 5);
      }
      assertEquals(before, engine.allocatedBytes());
    }
  }

  private static void step(NativeEngine engine, Tensor weight, int tokens) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = engine.full(DType.FLOAT32, 0.5, 2, tokens, 64);
      Tensor y = engine.gelu(engine.linear(x, weight, Optional.empty()));
      Tensor heads = y.reshape(2, tokens, 4, 15);
      Tensor mixed = engine.attention(heads, heads, heads, AttentionMask.CAUSAL, 0.1);
      Tensor moved = mixed.transpose(1, 2).contiguous().mean(2).sigmoid();
      assertTrue(Double.isFinite(moved.cast(DType.BF16).exp().sum().item()));
      assertTrue(scope.size() > 5);
    }
  }

  @Test
  void workWithoutAScopeLeavesOnlyItsResults() {
    NativeEngine engine = new NativeEngine(Kernels.start(1));
    Tensor[] result = new Tensor[1];
    Thread unscoped =
        new Thread(
            () -> {
              Tensor x = engine.full(DType.FLOAT32, 1, 8, 8);
              Tensor y = engine.softmax(x.transpose(0, 1)).mean(0).cast(DType.FLOAT16).add(1);
              x.close();
              result[0] = y;
            });
    unscoped.start();
    join(unscoped);
    assertShape(result[0], 1, 8);
    result[0].close();
  }

  @Test
  void aClosedEngineHoldsNothing() {
    Set<Thread> before = kernelThreads();
    NativeEngine engine = new NativeEngine(Kernels.start(3));
    Set<Thread> workers = kernelThreads();
    workers.removeAll(before);
    assertEquals(2, workers.size());
    Tensor weight = engine.full(DType.FLOAT32, 0.01, 60, 64);
    step(engine, weight, 3);
    engine.close();
    assertTrue(workers.stream().noneMatch(Thread::isAlive));
    weight.close();
    assertEquals(0, engine.allocatedBytes());
    engine.close();
  }

  private static Set<Thread> kernelThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mla4j-kernel"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void freedMemoryIsBounded() {
    StoragePool pool = new StoragePool(1000);
    List<StoragePool.Block> blocks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      blocks.add(pool.take(256));
    }
    assertEquals(2560, pool.allocatedBytes());
    blocks.forEach(pool::give);
    assertEquals(768, pool.allocatedBytes());
    assertEquals(0, pool.take(200).memory().address() % 64);
    assertEquals(768, pool.allocatedBytes());
    pool.trim();
    assertEquals(256, pool.allocatedBytes());
  }

  @Test
  void moreMemoryThanThereIsIsRefused() {
    assertRefused("The system has no memory", () -> ENGINE.zeros(DType.FLOAT32, 1L << 55));
    assertRefused("is too large", () -> ENGINE.zeros(DType.FLOAT32, 1L << 61));
  }

  @Test
  void sizeClassesWasteLittle() {
    for (long bytes = 0; bytes < 100_000; bytes += 7) {
      long size = StoragePool.sizeClass(bytes);
      assertTrue(size >= bytes && size % 64 == 0, bytes + " -> " + size);
      assertTrue(size <= Math.max(64 + bytes, bytes * 5 / 4), bytes + " -> " + size);
    }
  }

  @Test
  void manyThreadsUseOneEngine() {
    Tensor weight = gaussian(DType.FLOAT32, 100, 64);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      double value = t + 1;
      Thread thread = new Thread(() -> repeat(weight, value));
      thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
      threads.add(thread);
      thread.start();
    }
    threads.forEach(LifetimeTest::join);
    assertEquals(List.of(), failures);
  }

  private static void repeat(Tensor weight, double value) {
    double[] first = null;
    for (int i = 0; i < 40; i++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = ENGINE.full(DType.FLOAT32, value, 33, 64);
        Tensor y = ENGINE.linear(x, weight, Optional.empty()).tanh().softmax().sum(0);
        double[] elements = y.toDoubles();
        first = first == null ? elements : first;
        // A sum across a vector's lanes has another order before it is compiled.
        assertClose(first, elements, 1e-6);
        assertTrue(scope.size() > 3);
      }
    }
  }

  @Test
  void closingWhileOthersReadIsSafe() {
    for (int i = 0; i < 50; i++) {
      Tensor x = ENGINE.zeros(DType.FLOAT32, 1000);
      Thread closer = new Thread(x::close);
      closer.start();
      try {
        x.add(1).toFloats();
      } catch (IllegalStateException closed) {
        assertNotEquals(null, closed.getMessage());
      }
      join(closer);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
