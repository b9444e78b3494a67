package io.mla4j.benchmarks;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A product of float32 activations with packed weights; int8 ones meet activations in int8. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class ProductBenchmark {

  @Param({"FLOAT32", "BF16", "INT8", "INT4"})
  private WeightFormat format = WeightFormat.FLOAT32;

  @Param({"1", "2048"})
  private long rows = 1;

  @Param({"2048"})
  private long size = 2048;

  @Param({"2"})
  private int threads = 2;

  private final Arena memory = Arena.ofShared();
  private Runnable product = () -> {};
  private Runnable free = () -> {};

  @Setup
  public void prepare() {
    Kernels kernels = Kernels.start(threads);
    MatrixProducts products = new MatrixProducts(kernels.threads());
    MemorySegment x = floats(rows * size);
    PackedWeights weights =
        PackedWeights.pack(
            floats(size * size), ElementType.FLOAT32, size, size, format, kernels.threads());
    MemorySegment out = memory.allocate(rows * size * Float.BYTES, 64);
    Activations activations = activations(products, x);
    product = () -> products.multiply(activations, weights, Epilogue.NONE, out);
    free =
        () -> {
          weights.close();
          products.close();
          kernels.close();
        };
  }

  private Activations activations(MatrixProducts products, MemorySegment x) {
    if (format != WeightFormat.INT8) {
      return Activations.float32(x, rows, size);
    }
    Activations.Int8 whole =
        Activations.int8(
            memory.allocate(rows * size, 64), memory.allocate(rows * Float.BYTES, 64), rows, size);
    products.quantize(x, whole);
    return whole;
  }

  private MemorySegment floats(long count) {
    SplittableRandom random = new SplittableRandom(1);
    MemorySegment floats = memory.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return floats;
  }

  @Benchmark
  public void multiply() {
    product.run();
  }

  @TearDown
  public void release() {
    free.run();
    memory.close();
  }
}
