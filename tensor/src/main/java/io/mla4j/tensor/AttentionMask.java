package io.mla4j.tensor;

import java.util.Optional;

/**
 * Which keys a query may attend to. With T queries and S keys, query t stands at position S − T +
 * t: the queries are the last ones of the keys' sequence.
 *
 * @param causal a query sees no key after its own position
 * @param window a query sees only keys less than this many positions away; 0 for all
 * @param keyMask [B, S] BOOL, true for real tokens and false for padding; empty where all are real
 */
public record AttentionMask(boolean causal, int window, Optional<Tensor> keyMask) {

  /** Every query sees every key. */
  public static final AttentionMask NONE = new AttentionMask(false, 0, Optional.empty());

  /** A query sees its own position and those before it. */
  public static final AttentionMask CAUSAL = new AttentionMask(true, 0, Optional.empty());

  public AttentionMask {
    if (window < 0) {
      throw new IllegalArgumentException("An attention window is 0 or more, not " + window + ".");
    }
  }

  public AttentionMask withKeyMask(Tensor visible) {
    return new AttentionMask(causal, window, Optional.of(visible));
  }

  public AttentionMask withWindow(int positions) {
    return new AttentionMask(causal, positions, keyMask);
  }

  /** Whether this mask hides nothing from T queries over S keys. */
  public boolean hidesNothing(long queries, long keys) {
    boolean causalHides = causal && queries > 1;
    boolean windowHides = window > 0 && window < keys;
    return !causalHides && !windowHides && keyMask.isEmpty();
  }

  /**
   * The pairs this mask hides.
   *
   * @return BOOL that broadcasts to [B, H, T, S], true where hidden; empty if nothing is
   */
  public Optional<Tensor> hidden(Engine engine, long queries, long keys) {
    if (hidesNothing(queries, keys)) {
      return Optional.empty();
    }
    Optional<Tensor> byPosition = hiddenByPosition(engine, queries, keys);
    Optional<Tensor> byPadding =
        keyMask.map(visible -> visible.not().reshape(visible.shape().dim(0), 1, 1, keys));
    if (byPosition.isPresent() && byPadding.isPresent()) {
      return Optional.of(or(byPosition.get(), byPadding.get()));
    }
    return byPosition.isPresent() ? byPosition : byPadding;
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
