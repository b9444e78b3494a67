package io.mla4j.cli.bench.cases;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.indexer.IndexerMetadata;
import io.mla4j.flashmla.indexer.IndexerQueries;
import io.mla4j.flashmla.indexer.IndexerShape;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** DeepSeek-V3.2's indexer, 64 heads of 128, with its choice of 2,048 tokens. */
final class IndexerCases implements KernelCases {

  private static final int HEADS = 64;
  private static final int WIDTH = 128;
  private static final int BLOCK = 64;
  private static final int TOP_K = 2048;

  /** New tokens at the end of so many keys. */
  private record Point(int queries, int keys, CacheFormat format) {

    String kernel() {
      return "indexer-select-" + format.name().toLowerCase(Locale.ROOT);
    }

    String words() {
      return "tokens %d keys %d top %d".formatted(queries, keys, TOP_K);
    }

    /** Scores of the keys that are seen. */
    double flops() {
      double pairs = (double) queries * keys - queries * (queries - 1.0) / 2;
      return 2 * pairs * HEADS * WIDTH;
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    boolean c = NativeKernels.get().isAvailable();
    for (Point point : points(bench.quick())) {
      cases.add(select(bench, point, c));
    }
    int keys = bench.quick() ? 70 : 4096;
    cases.add(select(bench, new Point(1, keys, CacheFormat.BF16), false));
    int width = bench.quick() ? 500 : 65536;
    if (c) {
      cases.add(topK(bench, width, true));
    }
    cases.add(topK(bench, width, false));
    return cases;
  }

  private static List<Point> points(boolean quick) {
    List<Point> points = new ArrayList<>();
    for (CacheFormat format : List.of(CacheFormat.BF16, CacheFormat.INT8)) {
      if (quick) {
        points.add(new Point(3, 70, format));
      } else {
        points.add(new Point(1, 4096, format));
        points.add(new Point(1, 65536, format));
        points.add(new Point(256, 16384, format));
        points.add(new Point(4096, 4096, format));
      }
    }
    return points;
  }

  private static KernelCase select(Workbench bench, Point point, boolean c) {
    return new KernelCase(
        point.kernel(),
        point.words(),
        c ? KernelCase.C : KernelCase.JAVA,
        Load.computing(Load.peakOf(point.format(), c), point.flops()),
        memory -> work(bench, memory, point, c));
  }

  private static Work work(Workbench bench, Arena memory, Point point, boolean c) {
    FlashMla mla = c ? FlashMla.on(bench.kernels()) : FlashMla.inJavaOn(bench.kernels());
    long rows = (long) point.queries() * HEADS;
    MemorySegment queries = bench.bytes(memory, rows * WIDTH * Short.BYTES);
    new DecodeRows(CacheFormat.BF16, WIDTH, WIDTH, 1).fill(queries, rows);
    IndexerQueries all = new IndexerQueries(queries, ElementType.BF16, bench.floats(memory, rows));
    int blocks = (point.keys() + BLOCK - 1) / BLOCK;
    PagedCache cache = cache(bench, memory, point.format(), blocks);
    BlockTable table = table(bench, memory, blocks);
    TokenIndices result =
        new TokenIndices(
            bench.bytes(memory, (long) point.queries() * TOP_K * Integer.BYTES), TOP_K);
    IndexerMetadata metadata =
        mla.indexerMetadata(
            new IndexerShape(1, point.queries(), HEADS, WIDTH), new int[] {point.keys()}, true);
    return new Work(
        () -> mla.selectTokens(metadata, all, cache, table, result),
        peer(bench, memory, point, queries));
  }

  private static PagedCache cache(Workbench bench, Arena memory, CacheFormat format, int blocks) {
    long tokens = (long) blocks * BLOCK;
    MemorySegment rows = bench.bytes(memory, tokens * format.rowBytes(WIDTH, WIDTH));
    new DecodeRows(format, WIDTH, WIDTH, 2).fill(rows, tokens);
    return new PagedCache(rows, format, blocks, BLOCK);
  }

  private static BlockTable table(Workbench bench, Arena memory, int blocks) {
    MemorySegment table = bench.bytes(memory, (long) blocks * Integer.BYTES);
    for (int i = 0; i < blocks; i++) {
      table.setAtIndex(ValueLayout.JAVA_INT, i, i);
    }
    return new BlockTable(table, blocks);
  }

  /**
   * The product of one token's queries with all keys in bf16 alone, without a weight and a choice.
   */
  private static Optional<Peer> peer(
      Workbench bench, Arena memory, Point point, MemorySegment queries) {
    if (point.format() != CacheFormat.BF16 || point.queries() > 1) {
      return Optional.empty(); // it would be timed at making pages for its products
    }
    return bench.torchPeer(
        torch -> {
          MemorySegment rows = bench.bytes(memory, (long) point.keys() * WIDTH * Short.BYTES);
          new DecodeRows(CacheFormat.BF16, WIDTH, WIDTH, 2).fill(rows, point.keys());
          Tensor query = torch.ofBytes(queries, DType.BF16, (long) point.queries() * HEADS, WIDTH);
          Tensor keys = torch.ofBytes(rows, DType.BF16, point.keys(), WIDTH).transpose(0, 1);
          return () -> query.matmul(keys);
        });
  }

  /** Few rows, as there are in a step of decoding. */
  private static KernelCase topK(Workbench bench, int width, boolean c) {
    int rows = 16;
    return new KernelCase(
        "top-k",
        "rows %d width %d top %d".formatted(rows, width, TOP_K),
        c ? KernelCase.C : KernelCase.JAVA,
        Load.moving((double) rows * (width + TOP_K) * Float.BYTES),
        memory -> {
          FlashMla mla = c ? FlashMla.on(bench.kernels()) : FlashMla.inJavaOn(bench.kernels());
          MemorySegment matrix = bench.floats(memory, (long) rows * width);
          TokenIndices out =
              new TokenIndices(bench.bytes(memory, (long) rows * TOP_K * Integer.BYTES), TOP_K);
          return Work.alone(() -> mla.topK(matrix, rows, width, out));
        });
  }
}
