package io.mla4j.nativeengine;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Matrix;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.LatentProjections;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The absorbed form of latent attention: queries are taken into the latent space, every head
 * attends to the cached rows where they lie, and values are made of what comes out.
 */
final class LatentDecode {

  private final Kernels kernels;
  private final FlashMla mla;

  LatentDecode(Kernels kernels) {
    this.kernels = kernels;
    this.mla = FlashMla.on(kernels);
  }

  /** Whether it takes these. */
  static boolean accepts(
      Tensor queryNope,
      Tensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask) {
    boolean floats = Fused.accepts(queryNope, queryRotary, projections.weight());
    boolean allSeen = mask.keyMask().isEmpty() && mask.hidesNothing(1, keys.keys());
    long width = projections.latentRank() + queryRotary.shape().dim(3);
    boolean whole = width % 2 == 0 && queryNope.shape().size() > 0;
    return floats && allSeen && whole && LatentPool.accepts(keys);
  }

  /**
   * Attends.
   *
   * @param queryNope [B, T, H, N]
   * @param queryRotary [B, T, H, P]
   * @param keys that {@link #accepts} took
   * @return [B, T, H, V]
   */
  Tensor attend(
      NativeTensor queryNope,
      NativeTensor queryRotary,
      LatentKeys keys,
      LatentProjections projections,
      AttentionMask mask,
      double scale) {
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor query = absorb(queryNope, queryRotary, projections, temporaries);
      Shape latent = query.shape().with(3, projections.latentRank());
      NativeTensor context = temporaries.empty(query.engine(), DType.FLOAT32, latent);
      try (LatentPool pool = LatentPool.of(keys, kernels.bodies().scratch(), temporaries)) {
        decode(query, pool, mask, scale, context);
      }
      return values(context, projections);
    }
  }

  /** [B, T, H, R + P]: {@code [W_UKᵀ q_nope | q_rotary]}. */
  private NativeTensor absorb(
      NativeTensor nope, NativeTensor rotary, LatentProjections projections, Temporaries all) {
    long rank = projections.latentRank();
    long turned = rotary.shape().dim(3);
    NativeTensor query =
        all.empty(nope.engine(), DType.FLOAT32, nope.shape().with(3, rank + turned));
    try (NativeTensor content = query.unscopedView(query.layout().narrow(3, 0, rank));
        NativeTensor position = query.unscopedView(query.layout().narrow(3, rank, turned));
        NativeTensor key = part(projections, 0, projections.nopeDim())) {
      nope.engine().copying().copy(rotary, position);
      eachHead(nope, key, true, content, all);
    }
    return query;
  }

  /** [B, T, H, V]: {@code W_UV c}. */
  private NativeTensor values(NativeTensor context, LatentProjections projections) {
    long width = projections.valueDim();
    NativeTensor out = context.engine().empty(DType.FLOAT32, context.shape().with(3, width));
    try (Temporaries temporaries = new Temporaries();
        NativeTensor value = part(projections, projections.nopeDim(), width)) {
      eachHead(context, value, false, out, temporaries);
    }
    return out;
  }

  /** Rows of each head's projection, as a view that no scope knows. */
  private static NativeTensor part(LatentProjections projections, long first, long count) {
    NativeTensor weight = NativeTensor.of(projections.weight());
    return weight.unscopedView(weight.layout().narrow(1, first, count));
  }

  /**
   * A product for each head with all tokens of all sequences, so that a weight is read once.
   *
   * @param x [B, T, H, ...]
   * @param weight [H, ...]
   * @param out [B, T, H, ...], whose tokens lie at one distance
   */
  private void eachHead(
      NativeTensor x, NativeTensor weight, boolean transposed, NativeTensor out, Temporaries all) {
    Shape tokens = Shape.of(x.shape().dim(0) * x.shape().dim(1), x.shape().dim(2));
    Optional<Layout> flat = x.layout().reshape(tokens.insert(2, x.shape().dim(3)));
    NativeTensor from = flat.isPresent() ? x : all.copy(x);
    Layout left =
        flat.orElseGet(
            () -> from.layout().reshape(tokens.insert(2, x.shape().dim(3))).orElseThrow());
    Layout to = out.layout().reshape(tokens.insert(2, out.shape().dim(3))).orElseThrow();
    kernels
        .threads()
        .parallelFor(
            weight.shape().dim(0),
            1,
            (first, end) -> {
              for (long h = first; h < end; h++) {
                Matrix b = matrix(weight, weight.layout(), h, 0);
                kernels
                    .products()
                    .multiply(
                        matrix(from, left, h, 1),
                        transposed ? b.transposed() : b,
                        Optional.empty(),
                        matrix(out, to, h, 1));
              }
            });
  }

  /** One head's matrix of a tensor of rank 3. */
  private static Matrix matrix(NativeTensor tensor, Layout layout, long head, int axis) {
    int rows = 1 - axis;
    return new Matrix(
        tensor.memory(),
        layout.offset() + head * layout.stride(axis),
        layout.shape().dim(rows),
        layout.shape().dim(2),
        layout.stride(rows),
        layout.stride(2));
  }

  /** What a plan follows from. */
  private record PlanKey(DecodeShape sizes, List<Integer> lengths) {}

  private void decode(
      NativeTensor query, LatentPool pool, AttentionMask mask, double scale, NativeTensor context) {
    Shape shape = query.shape();
    DecodeShape sizes =
        new DecodeShape(
            Math.toIntExact(shape.dim(0)),
            Math.toIntExact(shape.dim(1)),
            Math.toIntExact(shape.dim(2)),
            1,
            Math.toIntExact(shape.dim(3)),
            Math.toIntExact(context.shape().dim(3)));
    List<Integer> lengths = Arrays.stream(pool.lengths()).boxed().toList();
    MlaMetadata metadata = // of the forward pass, for all of its layers
        mask.plans()
            .plan(
                new PlanKey(sizes, lengths),
                MlaMetadata.class,
                () -> mla.metadata(sizes, pool.lengths()));
    try (Scratch.Loan logSumExp = kernels.bodies().scratch().borrow(sizes.rows())) {
      mla.decode(
          metadata,
          new Queries(query.memory(), ElementType.FLOAT32),
          pool.cache(),
          pool.blocks(),
          DecodeOptions.of(scale, mask.causal()),
          new DecodeResult(context.memory(), ElementType.FLOAT32, logSumExp.memory()));
    }
  }
}
