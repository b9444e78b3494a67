package io.mla4j.cli.bench.cases;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.flashmla.prefill.PrefillMetadata;
import io.mla4j.flashmla.prefill.PrefillResult;
import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Causal attention in the expanded form at DeepSeek's head sizes, 192/128. */
final class PrefillCases implements KernelCases {

  private static final int WIDTH = 192;
  private static final int VALUE_WIDTH = 128;
  private static final double SCALE = 0.1352;

  /** New tokens at the end of so many keys. */
  private record Point(int heads, int queries, int keys, ElementType type) {

    PrefillShape shape() {
      return new PrefillShape(heads, heads, WIDTH, VALUE_WIDTH);
    }

    String kernel() {
      return "prefill-" + type.name().toLowerCase(Locale.ROOT);
    }

    String words() {
      String cached = keys > queries ? " behind " + (keys - queries) : "";
      return "heads %d tokens %d%s".formatted(heads, queries, cached);
    }

    /** What is seen, not what lies above the diagonal. */
    double flops() {
      double pairs = (double) queries * keys - queries * (queries - 1.0) / 2;
      return 2 * pairs * heads * (WIDTH + VALUE_WIDTH);
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    boolean c = NativeKernels.get().isAvailable();
    for (Point point : points(bench.quick())) {
      cases.add(prefill(bench, point, c));
    }
    int tokens = bench.quick() ? 70 : 1024;
    cases.add(
        prefill(bench, new Point(bench.quick() ? 2 : 16, tokens, tokens, ElementType.BF16), false));
    return cases;
  }

  private static List<Point> points(boolean quick) {
    if (quick) {
      return List.of(new Point(2, 70, 70, ElementType.BF16));
    }
    return List.of(
        new Point(16, 512, 512, ElementType.BF16),
        new Point(16, 1024, 1024, ElementType.BF16),
        new Point(16, 4096, 4096, ElementType.BF16),
        new Point(16, 16384, 16384, ElementType.BF16),
        new Point(16, 512, 8192, ElementType.BF16),
        new Point(128, 4096, 4096, ElementType.BF16),
        new Point(16, 4096, 4096, ElementType.FLOAT32));
  }

  private static KernelCase prefill(Workbench bench, Point point, boolean c) {
    CacheFormat format = point.type() == ElementType.BF16 ? CacheFormat.BF16 : CacheFormat.FLOAT32;
    return new KernelCase(
        point.kernel(),
        point.words(),
        c ? KernelCase.C : KernelCase.JAVA,
        Load.computing(Load.peakOf(format, c), point.flops()),
        memory -> work(bench, memory, point, c));
  }

  private static Work work(Workbench bench, Arena memory, Point point, boolean c) {
    FlashMla mla = c ? FlashMla.on(bench.kernels()) : FlashMla.inJavaOn(bench.kernels());
    TokenRows queries = rows(bench, memory, point, point.queries(), WIDTH);
    TokenRows keys = rows(bench, memory, point, point.keys(), WIDTH);
    TokenRows values = rows(bench, memory, point, point.keys(), VALUE_WIDTH);
    PrefillResult result =
        new PrefillResult(
            rows(bench, memory, point, point.queries(), VALUE_WIDTH),
            bench.zeros(memory, (long) point.heads() * point.queries()));
    PrefillMetadata metadata =
        mla.prefillMetadata(
            point.shape(), new int[] {0, point.queries()}, new int[] {0, point.keys()}, true);
    return new Work(
        () -> mla.prefill(metadata, queries, keys, values, SCALE, result), peer(bench, point));
  }

  private static TokenRows rows(Workbench bench, Arena memory, Point point, int tokens, int width) {
    long count = (long) tokens * point.heads();
    ElementType type = point.type();
    MemorySegment rows = bench.bytes(memory, count * width * type.bytes());
    CacheFormat format = type == ElementType.BF16 ? CacheFormat.BF16 : CacheFormat.FLOAT32;
    new DecodeRows(format, width, 1, 1).fill(rows, count);
    return TokenRows.of(rows, type, point.heads(), width);
  }

  /** Attention in float32, also where ours is in bf16, which libtorch's has no fast body for. */
  private static Optional<Peer> peer(Workbench bench, Point point) {
    return bench.torchPeer(
        torch -> {
          Tensor queries = torch.zeros(DType.FLOAT32, 1, point.queries(), point.heads(), WIDTH);
          Tensor keys = torch.zeros(DType.FLOAT32, 1, point.keys(), point.heads(), WIDTH);
          Tensor values = torch.zeros(DType.FLOAT32, 1, point.keys(), point.heads(), VALUE_WIDTH);
          return () -> torch.attention(queries, keys, values, AttentionMask.CAUSAL, SCALE);
        });
  }
}
