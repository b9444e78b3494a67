package io.mla4j.benchmarks;

import io.mla4j.kernels.peak.PeakKind;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The linear layers of a Llama of a billion parameters in BF16, without attention, from a mapped
 * file: how long until it is ready, tokens a second and the share of the bandwidth that reading the
 * weights takes, the share of the peak in a prefill, and what the process holds.
 *
 * <p>Arguments: threads, a folder for the file of 2.1 GB (which stays for the next run), the
 * engine, layers.
 */
public final class LinearStackTime {

  private static final long WIDTH = 2048;
  private static final long INNER = 8192;
  private static final long KEYS = 512; // 8 heads of 64
  private static final long VOCABULARY = 32_000;
  private static final long[][] LAYER = {
    {WIDTH, WIDTH},
    {KEYS, WIDTH},
    {KEYS, WIDTH},
    {WIDTH, WIDTH},
    {INNER, WIDTH},
    {INNER, WIDTH},
    {WIDTH, INNER},
  };

  /** Where the elements of a safetensors file may start: behind a header of any length. */
  private static final long HEADER_BYTES = 1003;

  private static final double SECONDS = 4;
  private static final int PREFILL = 512;

  private LinearStackTime() {}

  public static void main(String[] args) throws IOException {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    Path folder = Path.of(args.length > 1 ? args[1] : System.getProperty("java.io.tmpdir"));
    String name = args.length > 2 ? args[2] : "native";
    int layers = args.length > 3 ? Integer.parseInt(args[3]) : 16;
    Path file = folder.resolve("mla4j-linear-stack-" + layers + ".bin");
    if (!Files.exists(file) || Files.size(file) != HEADER_BYTES + bytes(layers)) {
      write(file, layers);
    }
    run(file, threads, name, layers);
  }

  private static long bytes(int layers) {
    long elements = 2 * VOCABULARY * WIDTH;
    for (long[] matrix : LAYER) {
      elements += layers * matrix[0] * matrix[1];
    }
    return elements * Short.BYTES;
  }

  /** Small random numbers. */
  private static void write(Path file, int layers) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 24);
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    while (block.hasRemaining()) {
      int bits = random.nextInt();
      block.put((byte) bits);
      block.put((byte) (0x3c | (bits >> 8 & 0x80))); // of 2⁻⁷ or so, either sign
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate((int) HEADER_BYTES));
      long left = bytes(layers);
      while (left > 0) {
        block.clear().limit((int) Math.min(block.capacity(), left));
        left -= channel.write(block);
      }
    }
  }

  /** The matrices of a layer, as views of the file. */
  private record Layer(List<Tensor> matrices) {

    Tensor run(Engine engine, Tensor x, Tensor norm) {
      return TensorScope.call(() -> apply(engine, x, norm));
    }

    private Tensor apply(Engine engine, Tensor x, Tensor norm) {
      Optional<Tensor> none = Optional.empty();
      Tensor normed = engine.rmsNorm(x, norm, 1e-6);
      Tensor query = engine.linear(normed, matrices.get(0), none);
      engine.linear(normed, matrices.get(1), none);
      engine.linear(normed, matrices.get(2), none);
      Tensor attended = x.add(engine.linear(query, matrices.get(3), none));
      Tensor inner =
          engine.swiGlu(engine.rmsNorm(attended, norm, 1e-6), matrices.get(4), matrices.get(5));
      return attended.add(engine.linear(inner, matrices.get(6), none));
    }
  }

  /** Everything, ready to run. */
  private record Stack(Engine engine, Tensor table, List<Layer> layers, Tensor norm, Tensor head) {

    /** Logits of the last token. */
    float[] run(long... ids) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = engine.embedding(table, engine.ofLongs(ids, ids.length)).cast(DType.FLOAT32);
        for (Layer layer : layers) {
          x = layer.run(engine, x, norm);
        }
        Tensor last = engine.rmsNorm(x.narrow(0, ids.length - 1, 1), norm, 1e-6);
        return engine.linear(last, head, Optional.empty()).toFloats();
      }
    }
  }

  private static Stack open(Engine engine, MemorySegment file, int layers) {
    long[] at = {HEADER_BYTES};
    Tensor table = matrix(engine, file, at, VOCABULARY, WIDTH);
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      List<Tensor> matrices = new ArrayList<>();
      for (long[] shape : LAYER) {
        Tensor matrix = matrix(engine, file, at, shape);
        engine.prepareLinear(matrix);
        matrices.add(matrix);
      }
      all.add(new Layer(matrices));
    }
    Tensor head = matrix(engine, file, at, VOCABULARY, WIDTH);
    engine.prepareLinear(head);
    return new Stack(engine, table, all, engine.full(DType.FLOAT32, 1, WIDTH), head);
  }

  private static Tensor matrix(Engine engine, MemorySegment file, long[] at, long... shape) {
    long bytes = shape[0] * shape[1] * Short.BYTES;
    at[0] += bytes;
    return engine.ofMapped(file.asSlice(at[0] - bytes, bytes), DType.BF16, shape);
  }

  private static void run(Path path, int threads, String name, int layers) throws IOException {
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(path);
        TensorScope scope = TensorScope.open();
        Engine engine = Engines.start(name, new EngineOptions(Device.CPU, threads))) {
      long start = System.nanoTime();
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      Stack stack = open(engine, file, layers);
      double ready = seconds(start);
      stack.run(1);
      System.out.printf(
          "file %.0f MB, ready in %.3f s, first token after %.3f s%n",
          channel.size() / 1e6, ready, seconds(start));
      stack.run(new long[PREFILL]);
      printResident("a prefill");
      decode(stack, layers, threads);
      prefill(stack, layers, threads);
      printResident("all of it, the probe of the bandwidth with its 1 GiB too");
    }
  }

  /** On Linux: what the process holds at most and now, and how much of it is not the file. */
  private static void printResident(String when) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      List<String> sizes =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM") || line.startsWith("Rss"))
              .map(line -> line.replaceAll("\\s+", " "))
              .toList();
      System.out.println("resident after " + when + ": " + String.join(", ", sizes));
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void decode(Stack stack, int layers, int threads) {
    double readPeak = Figures.peak(PeakKind.READ, threads);
    double best = best(() -> stack.run(7));
    long read = bytes(layers) - VOCABULARY * WIDTH * Short.BYTES; // one row of the table
    System.out.printf(
        "decode %.1f tokens/s, %.1f GB/s, %.0f %% of %.1f GB/s%n",
        1 / best, read / best / 1e9, 100 * read / best / readPeak, readPeak / 1e9);
  }

  private static void prefill(Stack stack, int layers, int threads) {
    double peak = Figures.peak(PeakKind.BF16, threads);
    long[] ids = new long[PREFILL];
    double best = best(() -> stack.run(ids));
    long inLayers = bytes(layers) / Short.BYTES - 2 * VOCABULARY * WIDTH;
    double operations = 2.0 * PREFILL * inLayers + 2.0 * VOCABULARY * WIDTH;
    System.out.printf(
        "prefill %.0f tokens/s, %.0f GFLOP/s, %.0f %% of %.0f GFLOP/s%n",
        PREFILL / best, operations / best / 1e9, 100 * operations / best / peak, peak / 1e9);
  }

  /** The shortest of the runs that fit into some seconds. */
  private static double best(Runnable run) {
    run.run();
    double best = Double.MAX_VALUE;
    long begin = System.nanoTime();
    while (seconds(begin) < SECONDS) {
      long start = System.nanoTime();
      run.run();
      best = Math.min(best, seconds(start));
    }
    return best;
  }
}
