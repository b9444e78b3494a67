package io.mla4j.benchmarks;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.kernels.Kernels;
import java.lang.foreign.Arena;
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

/** A step of latent decoding, both twins. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class DecodeBenchmark {

  @Param({"16", "128"})
  private int heads = 16;

  @Param({"4096", "16384"})
  private int tokens = 4096;

  @Param({"BF16", "INT8", "FP8"})
  private CacheFormat format = CacheFormat.BF16;

  @Param({"c", "java"})
  private String twin = "c";

  @Param({"2"})
  private int threads = 2;

  private final Arena memory = Arena.ofShared();
  private Runnable step = () -> {};
  private Runnable free = () -> {};

  @Setup
  public void prepare() {
    Kernels kernels = Kernels.start(threads);
    FlashMla mla = twin.equals("java") ? FlashMla.inJavaOn(kernels) : FlashMla.on(kernels);
    step = new DecodeSetup(heads, tokens, format).step(mla, memory);
    free = kernels::close;
  }

  @Benchmark
  public void decode() {
    step.run();
  }

  @TearDown
  public void release() {
    free.run();
    memory.close();
  }
}
