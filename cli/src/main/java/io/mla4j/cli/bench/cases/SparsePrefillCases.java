package io.mla4j.cli.bench.cases;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.prefill.SparsePrefillResult;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Attention of many query tokens to 2,048 listed tokens each, at 576/512. */
final class SparsePrefillCases implements KernelCases {

  private static final int WIDTH = 576;
  private static final int VALUE_WIDTH = 512;
  private static final double SCALE = 0.1352;

  private record Point(int queries, int heads, int tokens, int topK, CacheFormat format) {

    DecodeShape shape() {
      return new DecodeShape(1, queries, heads, 1, WIDTH, VALUE_WIDTH);
    }

    String kernel() {
      return "sparse-prefill-" + format.name().toLowerCase(Locale.ROOT);
    }

    String words() {
      return "heads %d queries %d tokens %d top %d".formatted(heads, queries, tokens, topK);
    }

    double flops() {
      return 2.0 * queries * heads * topK * (WIDTH + VALUE_WIDTH);
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    boolean c = NativeKernels.get().isAvailable();
    if (bench.quick()) {
      return List.of(attend(bench, new Point(3, 16, 70, 20, CacheFormat.BF16), c));
    }
    cases.add(attend(bench, new Point(64, 16, 16384, 2048, CacheFormat.BF16), c));
    cases.add(attend(bench, new Point(64, 64, 16384, 2048, CacheFormat.BF16), c));
    cases.add(attend(bench, new Point(64, 128, 16384, 2048, CacheFormat.BF16), c));
    cases.add(attend(bench, new Point(64, 128, 16384, 2048, CacheFormat.INT8), c));
    cases.add(attend(bench, new Point(64, 128, 16384, 2048, CacheFormat.FP8), c));
    cases.add(attend(bench, new Point(8, 128, 16384, 2048, CacheFormat.BF16), false));
    return cases;
  }

  private static KernelCase attend(Workbench bench, Point point, boolean c) {
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
    MemorySegment rows = bench.bytes(memory, shape.rows() * WIDTH * Short.BYTES);
    new DecodeRows(CacheFormat.BF16, WIDTH, VALUE_WIDTH, 1).fill(rows, shape.rows());
    Queries queries = new Queries(rows, ElementType.BF16);
    long tokenBytes = point.format().rowBytes(WIDTH, VALUE_WIDTH);
    MemorySegment keys = bench.bytes(memory, point.tokens() * tokenBytes);
    new DecodeRows(point.format(), WIDTH, VALUE_WIDTH, 2).fill(keys, point.tokens());
    PagedCache cache = new PagedCache(keys, point.format(), 1, point.tokens());
    TokenIndices indices = indices(bench, memory, point);
    SparsePrefillResult result =
        new SparsePrefillResult(
            bench.bytes(memory, shape.rows() * VALUE_WIDTH * Short.BYTES),
            ElementType.BF16,
            bench.zeros(memory, shape.rows()),
            bench.zeros(memory, shape.rows()));
    DecodeOptions options = DecodeOptions.of(SCALE, false);
    return Work.alone(() -> mla.sparsePrefill(shape, queries, cache, indices, options, result));
  }

  private static TokenIndices indices(Workbench bench, Arena memory, Point point) {
    long count = (long) point.queries() * point.topK();
    MemorySegment list = bench.bytes(memory, count * Integer.BYTES);
    SplittableRandom random = new SplittableRandom(3);
    for (long i = 0; i < count; i++) {
      list.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(point.tokens()));
    }
    return new TokenIndices(list, point.topK());
  }
}
