package io.mla4j.cli.bench.cases;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Latent decoding at DeepSeek's head sizes, 576/512, over blocks of 64 tokens. */
final class DecodeCases implements KernelCases {

  private static final int WIDTH = 576;
  private static final int VALUE_WIDTH = 512;
  private static final int BLOCK = 64;
  private static final int TOP_K = 2048;
  private static final double SCALE = 0.1352;

  /** One point: sequences, query heads, cached tokens, and listed tokens or 0. */
  private record Point(int batch, int heads, int tokens, int topK, CacheFormat format) {

    DecodeShape shape() {
      return new DecodeShape(batch, 1, heads, 1, WIDTH, VALUE_WIDTH);
    }

    int attended() {
      return topK > 0 ? topK : tokens;
    }

    String kernel() {
      String kind = topK > 0 ? "latent-decode-sparse-" : "latent-decode-";
      return kind + format.name().toLowerCase(Locale.ROOT);
    }

    String words() {
      String list = topK > 0 ? " top " + topK : "";
      return "batch %d heads %d tokens %d%s".formatted(batch, heads, tokens, list);
    }

    double flops() {
      return 2.0 * batch * heads * attended() * (WIDTH + VALUE_WIDTH);
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    boolean c = NativeKernels.get().isAvailable();
    for (Point point : points(bench.quick())) {
      cases.add(decode(bench, point, c));
    }
    int tokens = bench.quick() ? 70 : 4096;
    cases.add(decode(bench, new Point(1, 16, tokens, 0, CacheFormat.BF16), false));
    cases.add(decode(bench, new Point(1, 128, tokens, 0, CacheFormat.BF16), false));
    return cases;
  }

  private static List<Point> points(boolean quick) {
    List<Point> points = new ArrayList<>();
    if (quick) {
      points.add(new Point(2, 16, 70, 0, CacheFormat.BF16));
      points.add(new Point(1, 16, 70, 20, CacheFormat.INT8));
      points.add(new Point(1, 3, 70, 0, CacheFormat.FLOAT32));
      return points;
    }
    for (CacheFormat format : List.of(CacheFormat.BF16, CacheFormat.INT8, CacheFormat.FP8)) {
      for (int heads : new int[] {16, 128}) {
        for (int tokens : new int[] {2048, 4096, 16384, 65536}) {
          points.add(new Point(1, heads, tokens, 0, format));
        }
        points.add(new Point(8, heads, 4096, 0, format));
        points.add(new Point(8, heads, 65536, 0, format));
        points.add(new Point(1, heads, 65536, TOP_K, format));
      }
    }
    for (int heads : new int[] {16, 128}) {
      for (int tokens : new int[] {4096, 65536}) {
        points.add(new Point(1, heads, tokens, 0, CacheFormat.FLOAT32));
      }
      points.add(new Point(1, heads, 65536, TOP_K, CacheFormat.FLOAT32));
    }
    return points;
  }

  private static KernelCase decode(Workbench bench, Point point, boolean c) {
    return new KernelCase(
        point.kernel(),
        point.words(),
        c ? KernelCase.C : KernelCase.JAVA,
        Load.computing(Load.peakOf(point.format(), c), point.flops()),
        memory -> work(bench, memory, point, c));
  }

  private static Work work(Workbench bench, Arena memory, Point point, boolean c) {
    FlashMla mla = c ? FlashMla.on(bench.kernels()) : FlashMla.inJavaOn(bench.kernels());
    DecodeShape shape = point.shape();
    Queries queries = queries(bench, memory, shape);
    int blocks = point.batch() * point.tokens() / BLOCK + point.batch();
    int perSequence = blocks / point.batch();
    PagedCache cache = cache(bench, memory, point, blocks);
    DecodeResult result =
        new DecodeResult(
            bench.bytes(memory, shape.rows() * VALUE_WIDTH * Short.BYTES),
            ElementType.BF16,
            bench.zeros(memory, shape.rows()));
    DecodeOptions options = DecodeOptions.of(SCALE, true);
    if (point.topK() > 0) {
      TokenIndices indices = new TokenIndices(indices(bench, memory, point), point.topK());
      MlaMetadata metadata = mla.sparseMetadata(shape, point.topK());
      return new Work(
          () -> mla.sparseDecode(metadata, queries, cache, indices, options, result),
          peer(bench, memory, point, queries));
    }
    BlockTable table = new BlockTable(table(bench, memory, blocks), perSequence);
    int[] lengths = new int[point.batch()];
    Arrays.fill(lengths, point.tokens());
    MlaMetadata metadata = mla.metadata(shape, lengths);
    return new Work(
        () -> mla.decode(metadata, queries, cache, table, options, result),
        peer(bench, memory, point, queries));
  }

  private static Queries queries(Workbench bench, Arena memory, DecodeShape shape) {
    MemorySegment rows = bench.bytes(memory, shape.rows() * WIDTH * Short.BYTES);
    new DecodeRows(CacheFormat.BF16, WIDTH, VALUE_WIDTH, 1).fill(rows, shape.rows());
    return new Queries(rows, ElementType.BF16);
  }

  private static PagedCache cache(Workbench bench, Arena memory, Point point, int blocks) {
    long rows = (long) blocks * BLOCK;
    int bytes = point.format().rowBytes(WIDTH, VALUE_WIDTH);
    MemorySegment tokens = bench.bytes(memory, rows * bytes);
    new DecodeRows(point.format(), WIDTH, VALUE_WIDTH, 2).fill(tokens, rows);
    return new PagedCache(tokens, point.format(), blocks, BLOCK);
  }

  /** The blocks of the pool in random order. */
  private static MemorySegment table(Workbench bench, Arena memory, int blocks) {
    MemorySegment table = bench.bytes(memory, (long) blocks * Integer.BYTES);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < blocks; i++) {
      int j = random.nextInt(i + 1);
      table.setAtIndex(ValueLayout.JAVA_INT, i, table.getAtIndex(ValueLayout.JAVA_INT, j));
      table.setAtIndex(ValueLayout.JAVA_INT, j, i);
    }
    return table;
  }

  private static MemorySegment indices(Workbench bench, Arena memory, Point point) {
    long count = (long) point.batch() * point.topK();
    MemorySegment indices = bench.bytes(memory, count * Integer.BYTES);
    SplittableRandom random = new SplittableRandom(4);
    for (long i = 0; i < count; i++) {
      int first = (int) (i / point.topK()) * point.tokens();
      indices.setAtIndex(ValueLayout.JAVA_INT, i, first + random.nextInt(point.tokens()));
    }
    return indices;
  }

  /** Two bf16 products with a softmax between them, over the attended tokens in one piece. */
  private static Optional<Peer> peer(Workbench bench, Arena memory, Point point, Queries queries) {
    long tokens = (long) point.batch() * point.attended();
    return bench.torchPeer(
        torch -> {
          MemorySegment rows = bench.bytes(memory, tokens * WIDTH * Short.BYTES);
          new DecodeRows(CacheFormat.BF16, WIDTH, VALUE_WIDTH, 2).fill(rows, tokens);
          return products(torch, point, queries, rows);
        });
  }

  private static Supplier<Tensor> products(
      Engine torch, Point point, Queries queries, MemorySegment rows) {
    long batch = point.batch();
    Tensor query = torch.ofBytes(queries.memory(), DType.BF16, batch, point.heads(), WIDTH);
    Tensor keys = torch.ofBytes(rows, DType.BF16, batch, point.attended(), WIDTH);
    Tensor transposed = keys.transpose(1, 2);
    Tensor values = keys.narrow(2, 0, VALUE_WIDTH);
    return () -> {
      Tensor scores = query.matmul(transposed).cast(DType.FLOAT32).mul(SCALE);
      return scores.softmax().cast(DType.BF16).matmul(values);
    };
  }
}
