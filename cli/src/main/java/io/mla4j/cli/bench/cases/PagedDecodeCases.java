package io.mla4j.cli.bench.cases;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.paged.KeyValuePool;
import io.mla4j.kernels.paged.PagedAttention;
import io.mla4j.kernels.paged.PagedPlan;
import io.mla4j.kernels.paged.PagedResult;
import io.mla4j.kernels.paged.PagedShape;
import io.mla4j.tensor.AttentionMask;
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

/** Decoding over a paged cache with keys and values apart, in blocks of 64 tokens. */
final class PagedDecodeCases implements KernelCases {

  private static final int BLOCK = 64;

  /** One point: sequences, query tokens of each, query heads, key heads, width, cached tokens. */
  private record Point(
      int batch, int queries, int heads, int keyHeads, int width, int tokens, ElementType type) {

    PagedShape shape() {
      return new PagedShape(batch, queries, heads, keyHeads, width, width);
    }

    String kernel() {
      return "paged-decode-" + type.name().toLowerCase(Locale.ROOT);
    }

    String words() {
      String several = queries > 1 ? " queries " + queries : "";
      return "batch %d%s heads %d/%d width %d tokens %d"
          .formatted(batch, several, heads, keyHeads, width, tokens);
    }

    /** Elements of all keys. */
    long elements() {
      return (long) batch * tokens * keyHeads * width;
    }
  }

  @Override
  public List<KernelCase> cases(Workbench bench) {
    List<KernelCase> cases = new ArrayList<>();
    for (Point point : points(bench.quick())) {
      cases.add(decode(bench, point, bench.kernels().isNative()));
    }
    int tokens = bench.quick() ? 70 : 16384;
    cases.add(decode(bench, new Point(1, 1, 32, 8, 128, tokens, ElementType.BF16), false));
    return cases;
  }

  /** Shapes of Llama 3 (32/8, 64/8), of multi-head models (32/32) and of Qwen2 (14/2). */
  private static List<Point> points(boolean quick) {
    if (quick) {
      return List.of(
          new Point(2, 1, 8, 2, 64, 70, ElementType.BF16),
          new Point(1, 3, 4, 4, 40, 70, ElementType.FLOAT32));
    }
    List<Point> points = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      for (int tokens : new int[] {4096, 16384, 65536}) {
        points.add(new Point(1, 1, 32, 8, 128, tokens, type));
      }
      points.add(new Point(8, 1, 32, 8, 128, 4096, type));
      points.add(new Point(1, 1, 64, 8, 128, 16384, type));
      points.add(new Point(1, 1, 32, 32, 128, 16384, type));
      points.add(new Point(1, 1, 14, 2, 64, 65536, type));
      points.add(new Point(1, 4, 32, 8, 128, 16384, type));
    }
    return points;
  }

  private static KernelCase decode(Workbench bench, Point point, boolean c) {
    return new KernelCase(
        point.kernel(),
        point.words(),
        c ? KernelCase.C : KernelCase.JAVA,
        Load.moving(2.0 * point.elements() * point.type().bytes()),
        memory -> work(bench, memory, point, c));
  }

  private static Work work(Workbench bench, Arena memory, Point point, boolean c) {
    PagedAttention attention =
        c ? PagedAttention.on(bench.kernels()) : PagedAttention.inJavaOn(bench.kernels());
    int perSequence = Math.ceilDiv(point.tokens(), BLOCK);
    int blocks = point.batch() * perSequence;
    int[][] table = table(point.batch(), perSequence);
    long room = (long) blocks * BLOCK * point.keyHeads() * point.width();
    KeyValuePool pool =
        new KeyValuePool(
            numbers(bench, memory, room, point.type(), 1),
            numbers(bench, memory, room, point.type(), 2),
            point.type(),
            blocks,
            BLOCK);
    long rows = point.shape().rows();
    MemorySegment queries = bench.floats(memory, rows * point.width());
    PagedResult result = PagedResult.of(bench.zeros(memory, rows * point.width()));
    int[] lengths = new int[point.batch()];
    Arrays.fill(lengths, point.tokens());
    PagedPlan plan = attention.plan(point.shape(), lengths, true, 0);
    float scale = (float) (1 / Math.sqrt(point.width()));
    return new Work(
        () -> attention.attend(plan, queries, pool, table, scale, result),
        peer(bench, memory, point, queries));
  }

  /** The blocks of the pool in random order. */
  private static int[][] table(int batch, int perSequence) {
    int[] blocks = new int[batch * perSequence];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < blocks.length; i++) {
      int j = random.nextInt(i + 1);
      blocks[i] = blocks[j];
      blocks[j] = i;
    }
    int[][] table = new int[batch][];
    for (int b = 0; b < batch; b++) {
      table[b] = Arrays.copyOfRange(blocks, b * perSequence, (b + 1) * perSequence);
    }
    return table;
  }

  private static MemorySegment numbers(
      Workbench bench, Arena memory, long count, ElementType type, long seed) {
    MemorySegment numbers = bench.bytes(memory, count * type.bytes());
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < count; i++) {
      float value = (float) random.nextDouble(-1, 1);
      switch (type) {
        case FLOAT32 -> Floats.set(numbers, i, value);
        case BF16 -> numbers.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.of(value));
      }
    }
    return numbers;
  }

  /** Attention over keys and values in one piece, all in the cache's type. */
  private static Optional<Peer> peer(
      Workbench bench, Arena memory, Point point, MemorySegment queries) {
    return bench.torchPeer(
        torch -> {
          long count = point.elements();
          MemorySegment keys = numbers(bench, memory, count, point.type(), 1);
          MemorySegment values = numbers(bench, memory, count, point.type(), 2);
          return attention(torch, point, queries, keys, values);
        });
  }

  private static Supplier<Tensor> attention(
      Engine torch, Point point, MemorySegment queries, MemorySegment keys, MemorySegment values) {
    DType type = point.type() == ElementType.BF16 ? DType.BF16 : DType.FLOAT32;
    long batch = point.batch();
    long width = point.width();
    Tensor query =
        torch
            .ofBytes(queries, DType.FLOAT32, batch, point.queries(), point.heads(), width)
            .cast(type);
    Tensor key = torch.ofBytes(keys, type, batch, point.tokens(), point.keyHeads(), width);
    Tensor value = torch.ofBytes(values, type, batch, point.tokens(), point.keyHeads(), width);
    double scale = 1 / Math.sqrt(width);
    return () -> torch.attention(query, key, value, AttentionMask.CAUSAL, scale);
  }
}
