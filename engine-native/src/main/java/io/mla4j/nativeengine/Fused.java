package io.mla4j.nativeengine;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.RotaryAngles;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.PagedLatents;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Fused operations on FLOAT32 tensors, each one kernel. */
final class Fused {

  private final Kernels kernels;

  Fused(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Whether these operations apply to the tensors as FLOAT32, of which some are BF16. */
  static boolean widens(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      boolean taken = tensor.dtype() == DType.FLOAT32 || tensor.dtype() == DType.BF16;
      if (!taken || tensor.shape().rank() == 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether these operations apply. */
  static boolean accepts(Tensor... tensors) {
    for (Tensor tensor : tensors) {
      if (tensor.dtype() != DType.FLOAT32 || tensor.shape().rank() == 0) {
        return false;
      }
    }
    return true;
  }

  /** A kernel over rows. */
  private interface RowKernel {
    void run(MemorySegment x, long from, MemorySegment out, long rows, int width);
  }

  private Tensor rows(NativeTensor x, RowKernel kernel) {
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor rows = temporaries.rowMajor(x);
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape());
      int width = width(x.shape());
      long count = width == 0 ? 0 : x.shape().size() / width;
      kernel.run(rows.memory(), rows.layout().offset(), out.memory(), count, width);
      return out;
    }
  }

  private static int width(Shape shape) {
    if (shape.dim(-1) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("A row has at most 2^31 elements, unlike " + shape + ".");
    }
    return (int) shape.dim(-1);
  }

  Tensor softmax(NativeTensor x) {
    return rows(x, kernels.rows()::softmax);
  }

  Tensor logSoftmax(NativeTensor x) {
    return rows(x, kernels.rows()::logSoftmax);
  }

  Tensor rmsNorm(NativeTensor x, NativeTensor weight, double epsilon) {
    try (Temporaries temporaries = new Temporaries()) {
      MemorySegment scale = perColumn("weight", weight, x.shape().dim(-1), temporaries);
      return rows(
          x,
          (from, at, out, rows, width) ->
              kernels.rows().rmsNorm(from, at, scale, (float) epsilon, out, rows, width));
    }
  }

  Tensor layerNorm(NativeTensor x, NativeTensor weight, NativeTensor bias, double epsilon) {
    try (Temporaries temporaries = new Temporaries()) {
      MemorySegment scale = perColumn("weight", weight, x.shape().dim(-1), temporaries);
      MemorySegment shift = perColumn("bias", bias, x.shape().dim(-1), temporaries);
      return rows(
          x,
          (from, at, out, rows, width) ->
              kernels.rows().layerNorm(from, at, scale, shift, (float) epsilon, out, rows, width));
    }
  }

  /** The elements of a tensor [columns], one after the other. */
  static MemorySegment perColumn(
      String what, NativeTensor tensor, long columns, Temporaries temporaries) {
    if (tensor.shape().rank() != 1 || tensor.shape().dim(0) != columns) {
      throw new IllegalArgumentException(
          "The " + what + " needs the shape [" + columns + "], not " + tensor.shape() + ".");
    }
    return temporaries.rowMajor(tensor).memoryFromStart();
  }

  Tensor rotary(NativeTensor x, NativeTensor cos, NativeTensor sin, RotaryLayout layout) {
    checkAngles(x.shape(), cos.shape());
    checkAngles(x.shape(), sin.shape());
    if (!cos.shape().equals(sin.shape())) {
      throw new IllegalArgumentException(
          "A rotation needs as many sines as cosines, not "
              + sin.shape()
              + " and "
              + cos.shape()
              + ".");
    }
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor c = temporaries.rowMajor(cos);
      NativeTensor s = temporaries.rowMajor(sin);
      boolean shared = cos.shape().rank() == 2 || cos.shape().dim(0) == 1;
      long one = cos.shape().dim(-1) * cos.shape().dim(-2);
      RotaryAngles angles =
          new RotaryAngles(
              c.memory(), c.layout().offset(), s.memory(), s.layout().offset(), shared ? 0 : one);
      NativeTensor out = x.engine().empty(DType.FLOAT32, x.shape());
      boolean interleaved = layout == RotaryLayout.INTERLEAVED;
      kernels.rotary().rotate(heads(temporaries.adjacent(x)), angles, interleaved, heads(out));
      return out;
    }
  }

  private static void checkAngles(Shape x, Shape angles) {
    boolean fits = x.rank() == 4 && (angles.rank() == 2 || angles.rank() == 3);
    fits = fits && angles.dim(-1) * 2 == x.dim(3) && angles.dim(-2) == x.dim(1);
    fits = fits && (angles.rank() == 2 || angles.dim(0) == 1 || angles.dim(0) == x.dim(0));
    if (!fits) {
      throw new IllegalArgumentException(
          "A rotation of [B, T, H, P] needs angles [T, P/2] or [B, T, P/2], not "
              + angles
              + " for "
              + x
              + ".");
    }
  }

  /** A tensor of rank 4 whose last dimension lies side by side. */
  private static Heads heads(NativeTensor tensor) {
    Layout layout = tensor.layout();
    return new Heads(
        tensor.memory(),
        layout.offset(),
        layout.shape().dim(0),
        layout.shape().dim(1),
        layout.shape().dim(2),
        layout.shape().dim(3),
        layout.stride(0),
        layout.stride(1),
        layout.stride(2));
  }

  Tensor attention(
      NativeTensor query, NativeTensor key, NativeTensor value, AttentionMask mask, double scale) {
    if (mask.sequences().isPresent()) {
      return attentionPacked(query, key, value, mask.sequences().get().starts(), mask, scale);
    }
    requireRank4("query", query);
    requireRank4("key", key);
    requireRank4("value", value);
    try (Temporaries temporaries = new Temporaries()) {
      Visibility visibility = visibility(mask, key.shape(), temporaries);
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, value.shape().dim(3)));
      kernels
          .attention()
          .attend(
              heads(temporaries.adjacent(query)),
              heads(temporaries.adjacent(key)),
              heads(temporaries.adjacent(value)),
              visibility,
              (float) scale,
              heads(out));
      return out;
    }
  }

  /** Whether {@link #attentionInParts} applies. */
  boolean takesParts() {
    return kernels.attention().runsInParts();
  }

  /**
   * Attention with queries and keys in two parts, as if they were joined along the last dimension.
   */
  Tensor attentionInParts(
      NativeTensor query,
      NativeTensor key,
      NativeTensor rotaryQuery,
      NativeTensor rotaryKey,
      NativeTensor value,
      AttentionMask mask,
      double scale) {
    if (mask.sequences().isPresent()) {
      int[] starts = mask.sequences().get().starts();
      return attentionPackedInParts(query, key, rotaryQuery, rotaryKey, value, starts, mask, scale);
    }
    try (Temporaries temporaries = new Temporaries()) {
      Visibility visibility = visibility(mask, key.shape(), temporaries);
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, value.shape().dim(3)));
      kernels
          .attention()
          .attendInParts(
              heads(temporaries.adjacent(query)),
              heads(temporaries.adjacent(key)),
              heads(temporaries.adjacent(rotaryQuery)),
              heads(temporaries.adjacent(rotaryKey)),
              heads(temporaries.adjacent(value)),
              visibility,
              (float) scale,
              heads(out));
      return out;
    }
  }

  /**
   * Attention within each of several sequences that lie one after another.
   *
   * @param query [1, N, H, D]
   * @param key [1, N, G, D]
   * @param value [1, N, G, V]
   * @param starts [sequences + 1]: the first token of each, then N
   * @param mask within a sequence, without a key mask
   * @return [1, N, H, V]
   */
  Tensor attentionPacked(
      NativeTensor query,
      NativeTensor key,
      NativeTensor value,
      int[] starts,
      AttentionMask mask,
      double scale) {
    requireRank4("query", query);
    requireRank4("key", key);
    requireRank4("value", value);
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, value.shape().dim(3)));
      kernels
          .attention()
          .attendPacked(
              heads(temporaries.adjacent(query)),
              heads(temporaries.adjacent(key)),
              heads(temporaries.adjacent(value)),
              starts,
              visibility(mask, key.shape(), temporaries),
              (float) scale,
              heads(out));
      return out;
    }
  }

  /**
   * {@link #attentionPacked} with queries and keys in two parts, as {@link #attentionInParts}.
   *
   * @param rotaryQuery [1, N, H, P]
   * @param rotaryKey [1, N, G, P]
   */
  Tensor attentionPackedInParts(
      NativeTensor query,
      NativeTensor key,
      NativeTensor rotaryQuery,
      NativeTensor rotaryKey,
      NativeTensor value,
      int[] starts,
      AttentionMask mask,
      double scale) {
    try (Temporaries temporaries = new Temporaries()) {
      NativeTensor out =
          query.engine().empty(DType.FLOAT32, query.shape().with(3, value.shape().dim(3)));
      kernels
          .attention()
          .attendPackedInParts(
              heads(temporaries.adjacent(query)),
              heads(temporaries.adjacent(key)),
              heads(temporaries.adjacent(rotaryQuery)),
              heads(temporaries.adjacent(rotaryKey)),
              heads(temporaries.adjacent(value)),
              starts,
              visibility(mask, key.shape(), temporaries),
              (float) scale,
              heads(out));
      return out;
    }
  }

  /** Requires queries and keys of one type; those of a pool are converted. */
  static void requireOneType(Tensor queryNope, Tensor queryRotary, LatentKeys keys) {
    requireType("rotary queries", queryRotary, queryNope.dtype());
    switch (keys) {
      case LatentKeys.Parts parts -> {
        requireType("keys", parts.latent(), queryNope.dtype());
        requireType("rotary keys", parts.rotary(), queryNope.dtype());
      }
      case LatentKeys.Rows rows -> requireType("keys", rows.packed(), queryNope.dtype());
      case PagedLatents pool -> {}
    }
  }

  private static void requireType(String what, Tensor tensor, DType type) {
    if (tensor.dtype() != type) {
      throw new IllegalArgumentException(
          "Latent attention of queries in %s needs %s in %s, not %s."
              .formatted(type, what, type, tensor.dtype()));
    }
  }

  private static void requireRank4(String what, NativeTensor tensor) {
    if (tensor.shape().rank() != 4) {
      throw new IllegalArgumentException(
          "Attention needs a " + what + " of rank 4, not of the shape " + tensor.shape() + ".");
    }
  }

  private static Visibility visibility(AttentionMask mask, Shape key, Temporaries temporaries) {
    Optional<MemorySegment> visible =
        mask.keyMask().map(tensor -> keyMask(NativeTensor.of(tensor), key, temporaries));
    return new Visibility(mask.causal(), mask.window(), visible);
  }

  private static MemorySegment keyMask(NativeTensor mask, Shape key, Temporaries temporaries) {
    boolean fits = mask.shape().rank() == 2 && mask.shape().dim(1) == key.dim(1);
    fits = fits && (mask.shape().dim(0) == key.dim(0) || mask.shape().dim(0) == 1);
    if (!fits || mask.dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          "A key mask is BOOL of the shape ["
              + key.dim(0)
              + ", "
              + key.dim(1)
              + "], not "
              + mask.dtype()
              + " of "
              + mask.shape()
              + ".");
    }
    Layout expanded = mask.layout().expand(Shape.of(key.dim(0), key.dim(1)));
    try (NativeTensor view = mask.unscopedView(expanded)) {
      return expanded.isRowMajor()
          ? view.memoryFromStart()
          : temporaries.copy(view).memoryFromStart();
    }
  }
}
