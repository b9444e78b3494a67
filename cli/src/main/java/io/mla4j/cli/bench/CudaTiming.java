package io.mla4j.cli.bench;

import io.mla4j.cuda.Cublas;
import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.CudaTimer;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.cuda.flashmla.CudaFlashMla;
import io.mla4j.cuda.flashmla.CudaMetadata;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Times decodes on a device, each in turn with cuBLAS where that is there. */
final class CudaTiming {

  private static final int BLOCK = 64;
  private static final double SCALE = 0.1352;
  private static final long COPIED = 4L << 30;
  private static final int WARM_UPS = 30;
  private static final int SAMPLES = 15;
  private static final double SAMPLE_MILLIS = 5;
  private static final int MOST_RUNS = 50;

  private final CudaDevice device;
  private final CudaFlashMla mla;
  private final boolean quick;

  CudaTiming(CudaDevice device, CudaFlashMla mla, boolean quick) {
    this.device = device;
    this.mla = mla;
    this.quick = quick;
  }

  /** Billions of bytes a second that a copy reads and writes. */
  double copyGbps() {
    long bytes = quick ? COPIED >> 6 : COPIED;
    try (DeviceMemory from = device.allocate(bytes).fill((byte) 1);
        DeviceMemory to = device.allocate(bytes);
        CudaTimer timer = new CudaTimer(device)) {
      return 2 * bytes / median(timer, () -> to.copyFrom(from)) * 1e-6;
    }
  }

  private double median(CudaTimer timer, Runnable body) {
    Sampled sampled = new Sampled(timer, body);
    for (int i = 0; i < SAMPLES; i++) {
      sampled.take();
    }
    return sampled.median();
  }

  /**
   * A body that is timed: several runs a sample, so that the device has the next before it has done
   * one, and what the host does meanwhile does not count.
   */
  private final class Sampled {

    private final CudaTimer timer;
    private final Runnable runs;
    private final int count;
    private final List<Double> millis = new ArrayList<>();

    Sampled(CudaTimer timer, Runnable body) {
      this.timer = timer;
      double warm = timer.millis(() -> repeat(body, WARM_UPS)) / WARM_UPS;
      this.count = quick ? 1 : (int) Math.clamp(SAMPLE_MILLIS / warm, 1, MOST_RUNS);
      this.runs = () -> repeat(body, count);
    }

    void take() {
      millis.add(timer.millis(runs) / count);
    }

    double median() {
      return Stopwatch.median(millis);
    }
  }

  private static void repeat(Runnable body, int times) {
    for (int i = 0; i < times; i++) {
      body.run();
    }
  }

  /** In turn with the peer, if there is one. */
  CudaFigures measure(CudaPoint point, double copyGbps) {
    try (Case prepared = new Case(point);
        CudaTimer timer = new CudaTimer(device)) {
      Sampled ours = new Sampled(timer, prepared.body());
      Optional<Sampled> theirs = prepared.peer().map(peer -> new Sampled(timer, peer));
      for (int i = 0; i < SAMPLES; i++) {
        ours.take();
        theirs.ifPresent(Sampled::take);
      }
      mla.synchronize(prepared.metadata);
      return CudaFigures.of(point, ours.median(), theirs.map(Sampled::median), copyGbps);
    }
  }

  /** What lies on the device while a point is timed. */
  private final class Case implements AutoCloseable {

    private final CudaPoint point;
    private final DecodeShape shape;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final DeviceMemory queries;
    private final DeviceMemory cache;
    private final DeviceMemory out;
    private final int blocks;
    private final CudaMetadata metadata;
    private final DecodeResult result;

    Case(CudaPoint point) {
      this.point = point;
      this.shape = point.shape();
      this.blocks = point.batch() * blocksPerSequence();
      this.queries = rows(shape.rows(), 1);
      this.cache = rows((long) blocks * BLOCK, 2);
      this.out = empty(shape.rows() * CudaPoint.VALUE_WIDTH * Short.BYTES);
      this.result =
          new DecodeResult(
              out.segment(), ElementType.BF16, empty(shape.rows() * Float.BYTES).segment());
      int[] lengths = new int[point.batch()];
      Arrays.fill(lengths, point.tokens());
      this.metadata =
          keep(
              point.topK() > 0
                  ? mla.sparseMetadata(shape, point.topK())
                  : mla.metadata(shape, lengths));
    }

    private int blocksPerSequence() {
      return (point.tokens() + BLOCK - 1) / BLOCK;
    }

    private <T extends AutoCloseable> T keep(T one) {
      open.add(one);
      return one;
    }

    private DeviceMemory empty(long bytes) {
      return keep(device.allocate(bytes));
    }

    private DeviceMemory rows(long count, long seed) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment host = arena.allocate(count * CudaPoint.WIDTH * Short.BYTES, 64);
        new DecodeRows(CacheFormat.BF16, CudaPoint.WIDTH, CudaPoint.VALUE_WIDTH, seed)
            .fill(host, count);
        return keep(device.copyOf(host));
      }
    }

    private DeviceMemory ints(int[] values) {
      try (Arena arena = Arena.ofShared()) {
        return keep(device.copyOf(arena.allocateFrom(ValueLayout.JAVA_INT, values)));
      }
    }

    Runnable body() {
      Queries asked = new Queries(queries.segment(), ElementType.BF16);
      PagedCache paged = new PagedCache(cache.segment(), CacheFormat.BF16, blocks, BLOCK);
      DecodeOptions options = DecodeOptions.of(SCALE, true);
      if (point.topK() > 0) {
        TokenIndices indices = new TokenIndices(ints(listed()).segment(), point.topK());
        return () -> mla.sparseDecode(metadata, asked, paged, indices, options, result);
      }
      BlockTable table = new BlockTable(ints(shuffled()).segment(), blocksPerSequence());
      return () -> mla.decode(metadata, asked, paged, table, options, result);
    }

    /** The blocks of the pool in random order. */
    private int[] shuffled() {
      int[] table = new int[blocks];
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < blocks; i++) {
        int j = random.nextInt(i + 1);
        table[i] = table[j];
        table[j] = i;
      }
      return table;
    }

    private int[] listed() {
      int[] indices = new int[point.batch() * point.queryTokens() * point.topK()];
      SplittableRandom random = new SplittableRandom(4);
      for (int i = 0; i < indices.length; i++) {
        int sequence = i / (point.queryTokens() * point.topK());
        indices[i] = sequence * blocksPerSequence() * BLOCK + random.nextInt(point.tokens());
      }
      return indices;
    }

    /** The same two products with all tokens in one piece; lists of tokens have no such peer. */
    Optional<Runnable> peer() {
      if (point.topK() > 0) {
        return Optional.empty();
      }
      return Cublas.find(device).map(cublas -> products(keep(cublas)));
    }

    private Runnable products(Cublas cublas) {
      int rows = point.queryTokens() * point.heads();
      int tokens = blocksPerSequence() * BLOCK;
      long scoreBytes = (long) point.batch() * rows * tokens * Short.BYTES;
      Cublas.Operand query = operand(queries, CudaPoint.WIDTH, rows);
      Cublas.Operand keys = operand(cache, CudaPoint.WIDTH, tokens);
      Cublas.Operand scores = operand(empty(scoreBytes), tokens, rows);
      Cublas.Operand values = operand(out, CudaPoint.VALUE_WIDTH, rows);
      return () -> {
        cublas.productWithTransposed(
            query, keys, scores, rows, tokens, CudaPoint.WIDTH, point.batch());
        cublas.product(scores, keys, values, rows, CudaPoint.VALUE_WIDTH, tokens, point.batch());
      };
    }

    private static Cublas.Operand operand(DeviceMemory memory, int width, long rows) {
      return new Cublas.Operand(memory, width, width * rows);
    }

    @Override
    public void close() {
      for (AutoCloseable one : open.reversed()) {
        try {
          one.close();
        } catch (RuntimeException failure) {
          throw failure;
        } catch (Exception impossible) {
          throw new IllegalStateException("Device memory could not be freed.", impossible);
        }
      }
    }
  }
}
