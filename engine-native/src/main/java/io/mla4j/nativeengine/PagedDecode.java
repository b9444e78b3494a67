package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.paged.KeyValuePool;
import io.mla4j.kernels.paged.PagedAttention;
import io.mla4j.kernels.paged.PagedPlan;
import io.mla4j.kernels.paged.PagedResult;
import io.mla4j.kernels.paged.PagedShape;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.PagedKeyValues;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Attention over keys and values where they lie in blocks of pools. */
final class PagedDecode {

  private final PagedAttention attention;

  PagedDecode(Kernels kernels) {
    this.attention = PagedAttention.on(kernels);
  }

  /** Whether it takes these. */
  static boolean accepts(Tensor query, PagedKeyValues keyValues, AttentionMask mask) {
    DType type = keyValues.keys().dtype();
    boolean stored = type == DType.FLOAT32 || type == DType.BF16;
    boolean some = query.shape().size() > 0 && keyValues.values().shape().dim(3) > 0;
    boolean plain = mask.keyMask().isEmpty() && mask.sequences().isEmpty();
    return Fused.accepts(query) && stored && some && plain;
  }

  /**
   * Attends.
   *
   * @param query [B, T, H, D], and pools that {@link #accepts} took
   * @return [B, T, H, V]
   */
  Tensor attend(NativeTensor query, PagedKeyValues keyValues, AttentionMask mask, double scale) {
    PagedShape shape = shape(query.shape(), keyValues);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor queries = temporaries.rowMajor(query);
      NativeTensor keys = temporaries.rowMajor(NativeTensor.of(keyValues.keys()));
      NativeTensor values = temporaries.rowMajor(NativeTensor.of(keyValues.values()));
      KeyValuePool pool =
          new KeyValuePool(
              keys.memoryFromStart(),
              values.memoryFromStart(),
              keys.dtype() == DType.BF16 ? ElementType.BF16 : ElementType.FLOAT32,
              Math.toIntExact(keys.shape().dim(0)),
              Math.toIntExact(keys.shape().dim(1)));
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, shape.valueWidth()));
      attention.attend(
          plan(shape, keyValues.lengths(), mask),
          queries.memoryFromStart(),
          pool,
          keyValues.table(),
          (float) scale,
          PagedResult.of(out.memory()));
      return out;
    }
  }

  /** Most rows that share a key head for which reading the keys once decides the time. */
  private static final long FEW_ROWS = 8;

  /**
   * Whether {@link #attendInOnePiece} takes these: few queries over keys and values that lie token
   * by token, as a cache in one piece keeps them.
   */
  static boolean acceptsInOnePiece(
      NativeTensor query, NativeTensor key, NativeTensor value, AttentionMask mask) {
    Shape q = query.shape();
    Shape k = key.shape();
    boolean plain = mask.keyMask().isEmpty() && mask.sequences().isEmpty();
    boolean some = q.rank() == 4 && k.rank() == 4 && q.size() > 0 && value.shape().size() > 0;
    if (!plain || !some || q.dim(2) % k.dim(2) != 0 || q.dim(0) != k.dim(0)) {
      return false;
    }
    boolean fits = q.dim(3) == k.dim(3) && value.shape().equals(k.with(3, value.shape().dim(3)));
    boolean few = q.dim(1) * (q.dim(2) / k.dim(2)) <= FEW_ROWS && q.dim(1) <= k.dim(1);
    return fits
        && few
        && k.dim(1) <= Integer.MAX_VALUE
        && room(key) > 0
        && room(key) == room(value);
  }

  /**
   * Tokens from one sequence of a batch to the next; 0 where tokens do not lie one by one, or the
   * memory ends before the last sequence's room does.
   */
  private static long room(NativeTensor tensor) {
    Layout layout = tensor.layout();
    long width = tensor.shape().dim(3);
    long token = tensor.shape().dim(2) * width;
    boolean adjacent = width == 1 || layout.stride(3) == 1;
    boolean heads = tensor.shape().dim(2) == 1 || layout.stride(2) == width;
    boolean tokens = tensor.shape().dim(1) == 1 || layout.stride(1) == token;
    if (!adjacent || !heads || !tokens) {
      return 0;
    }
    if (tensor.shape().dim(0) == 1) {
      return tensor.shape().dim(1);
    }
    long bytes = tensor.shape().dim(0) * layout.stride(0) * tensor.dtype().bytes();
    boolean whole = tensor.memoryFromStart().byteSize() >= bytes;
    return whole && layout.stride(0) % token == 0 ? layout.stride(0) / token : 0;
  }

  /**
   * Attends to keys and values in one piece, as if each sequence were a block of a pool.
   *
   * @param query [B, T, H, D]
   * @param key [B, S, G, D]
   * @param value [B, S, G, V]
   * @return [B, T, H, V]
   */
  Tensor attendInOnePiece(
      NativeTensor query, NativeTensor key, NativeTensor value, AttentionMask mask, double scale) {
    int batch = Math.toIntExact(query.shape().dim(0));
    int tokens = Math.toIntExact(key.shape().dim(1));
    PagedShape shape =
        new PagedShape(
            batch,
            Math.toIntExact(query.shape().dim(1)),
            Math.toIntExact(query.shape().dim(2)),
            Math.toIntExact(key.shape().dim(2)),
            Math.toIntExact(key.shape().dim(3)),
            Math.toIntExact(value.shape().dim(3)));
    int[] lengths = new int[batch];
    Arrays.fill(lengths, tokens);
    int[][] table = new int[batch][];
    Arrays.setAll(table, sequence -> new int[] {sequence});
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor queries = temporaries.rowMajor(query);
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, shape.valueWidth()));
      int room = Math.toIntExact(room(key));
      KeyValuePool pool =
          new KeyValuePool(
              key.memoryFromStart(), value.memoryFromStart(), ElementType.FLOAT32, batch, room);
      attention.attend(
          plan(shape, lengths, mask),
          queries.memoryFromStart(),
          pool,
          table,
          (float) scale,
          PagedResult.of(out.memory()));
      return out;
    }
  }

  private static PagedShape shape(Shape query, PagedKeyValues keyValues) {
    Shape keys = keyValues.keys().shape();
    boolean fits = query.rank() == 4 && query.dim(0) == keyValues.batch();
    fits = fits && query.dim(3) == keys.dim(3) && query.dim(2) % keys.dim(2) == 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "Attention over %d sequences in pools of keys %s needs queries [sequences, T, H, width] whose heads share the keys' evenly, not %s."
              .formatted(keyValues.batch(), keys, query));
    }
    return new PagedShape(
        keyValues.batch(),
        Math.toIntExact(query.dim(1)),
        Math.toIntExact(query.dim(2)),
        Math.toIntExact(keys.dim(2)),
        Math.toIntExact(keys.dim(3)),
        Math.toIntExact(keyValues.values().shape().dim(3)));
  }

  /** What a plan follows from. */
  private record PlanKey(PagedShape shape, List<Integer> lengths, boolean causal, int window) {}

  /** The plan of a forward pass, which serves all of its layers. */
  private PagedPlan plan(PagedShape shape, int[] lengths, AttentionMask mask) {
    List<Integer> all = Arrays.stream(lengths).boxed().toList();
    return mask.plans()
        .plan(
            new PlanKey(shape, all, mask.causal(), mask.window()),
            PagedPlan.class,
            () -> attention.plan(shape, lengths, mask.causal(), mask.window()));
  }
}
