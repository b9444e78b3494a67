package io.mla4j.nativeengine;

import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.Kernels;
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
