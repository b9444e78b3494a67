package io.mla4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which keys a query may attend to. With T queries and S keys, query t stands at position S − T +
 * t: the queries are the last ones of the keys' sequence. Kernels let nothing of a key and value
 * that a query may not attend to reach it, not even NaN or infinity; default bodies multiply them
 * by 0.
 *
 * @param causal a query sees no key after its own position
 * @param window a query sees only keys less than this many positions away; 0 for all
 * @param keyMask [B, S] BOOL, true for real tokens and false for padding; empty where all are real
 * @param sequences where the one row of tokens holds several sequences that do not see each other
 * @param plans where what follows from this mask is kept for the layers to come
 */
public record AttentionMask(
    boolean causal,
    int window,
    Optional<Tensor> keyMask,
    Optional<PackedSequences> sequences,
    Plans plans) {

  /** Every query sees every key. */
  public static final AttentionMask NONE = of(false);

  /** A query sees its own position and those before it. */
  public static final AttentionMask CAUSAL = of(true);

  public AttentionMask {
    if (window < 0) {
      throw new IllegalArgumentException("An attention window is 0 or more, not " + window + ".");
    }
    if (sequences.isPresent() && keyMask.isPresent()) {
      throw new IllegalArgumentException("Packed sequences have no padding: leave the mask out.");
    }
  }

  private static AttentionMask of(boolean causal) {
    return new AttentionMask(causal, 0, Optional.empty(), Optional.empty(), Plans.NONE);
  }

  /** With padding; plans are not kept, as they depend on what the mask holds. */
  public AttentionMask withKeyMask(Tensor visible) {
    return new AttentionMask(causal, window, Optional.of(visible), sequences, Plans.NONE);
  }

  public AttentionMask withWindow(int positions) {
    return new AttentionMask(causal, positions, keyMask, sequences, plans);
  }

  /** For one row of tokens that holds these sequences one after another. */
  public AttentionMask withSequences(PackedSequences packed) {
    return new AttentionMask(causal, window, keyMask, Optional.of(packed), plans);
  }

  /** The same within each sequence alone. */
  public AttentionMask withinSequence() {
    return new AttentionMask(causal, window, keyMask, Optional.empty(), Plans.NONE);
  }

  /** Keeps what follows from this mask, which must stay as it is until they are closed. */
  public AttentionMask withPlans(Plans kept) {
    return new AttentionMask(causal, window, keyMask, sequences, kept);
  }

  /** Whether this mask hides nothing from T queries over S keys. */
  public boolean hidesNothing(long queries, long keys) {
    boolean causalHides = causal && queries > 1;
    boolean windowHides = window > 0 && window < keys;
    boolean sequencesHide = sequences.isPresent() && sequences.get().count() > 1;
    return !causalHides && !windowHides && !sequencesHide && keyMask.isEmpty();
  }

  /** What a plan of this mask depends on beside its padding and sequences. */
  private record Extent(boolean visible, boolean causal, int window, long queries, long keys) {}

  /**
   * The pairs this mask hides.
   *
   * @return BOOL that broadcasts to [B, H, T, S], true where hidden; empty if nothing is
   */
  public Optional<Tensor> hidden(Engine engine, long queries, long keys) {
    if (hidesNothing(queries, keys)) {
      return Optional.empty();
    }
    Extent extent = new Extent(false, causal, window, queries, keys);
    return Optional.of(plans.tensor(extent, () -> computeHidden(engine, queries, keys)));
  }

  /** The pairs this mask shows, as {@link #hidden}; empty if it shows all. */
  public Optional<Tensor> visible(Engine engine, long queries, long keys) {
    if (hidesNothing(queries, keys)) {
      return Optional.empty();
    }
    Extent extent = new Extent(true, causal, window, queries, keys);
    return Optional.of(plans.tensor(extent, () -> computeHidden(engine, queries, keys).not()));
  }

  private Tensor computeHidden(Engine engine, long queries, long keys) {
    List<Tensor> reasons = new ArrayList<>();
    hiddenByPosition(engine, queries, keys).ifPresent(reasons::add);
    keyMask
        .map(visible -> visible.not().reshape(visible.shape().dim(0), 1, 1, keys))
        .ifPresent(reasons::add);
    sequences
        .map(packed -> hiddenBySequence(engine, packed, queries, keys))
        .ifPresent(reasons::add);
    return reasons.stream().reduce(AttentionMask::or).orElseThrow();
  }

  private static Tensor hiddenBySequence(
      Engine engine, PackedSequences packed, long queries, long keys) {
    if (packed.tokens() != keys || queries != keys) {
      throw new IllegalArgumentException(
          "Packed sequences of %d tokens need as many queries and keys, not %d and %d."
              .formatted(packed.tokens(), queries, keys));
    }
    long[] sequence = packed.sequenceOfToken();
    Tensor query = engine.ofLongs(sequence, queries, 1);
    Tensor key = engine.ofLongs(sequence, 1, keys);
    return query.eq(key).not().reshape(1, 1, queries, keys);
  }

  private Optional<Tensor> hiddenByPosition(Engine engine, long queries, long keys) {
    if (!causal && window == 0) {
      return Optional.empty();
    }
    Tensor query = engine.arange(keys - queries, keys).reshape(queries, 1);
    Tensor key = engine.arange(0, keys).reshape(1, keys);
    Tensor distance = query.sub(key); // [T, S]
    long nearest = causal ? 0 : 1 - (long) window;
    Tensor hidden = distance.lt(engine.full(DType.INT64, nearest));
    if (window > 0) {
      hidden = or(hidden, distance.ge(engine.full(DType.INT64, window)));
    }
    return Optional.of(hidden.reshape(1, 1, queries, keys));
  }

  private static Tensor or(Tensor a, Tensor b) {
    return a.not().and(b.not()).not();
  }
}
