package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;

/** What is no finite number in the key or in the value of one token. */
public enum Poison {
  NAN_KEY,
  INFINITE_KEY,
  NAN_VALUE,
  INFINITE_VALUE;

  private static final float TOLERANCE = 1e-5f;

  public boolean isInKey() {
    return this == NAN_KEY || this == INFINITE_KEY;
  }

  public float element() {
    return this == NAN_KEY || this == NAN_VALUE ? Float.NaN : Float.NEGATIVE_INFINITY;
  }

  /**
   * Requires of one output row that it is as with a token of zeros where the token is hidden, and
   * that it shows what is no number where it is seen. What an infinite key does to the queries that
   * see it depends on the signs of theirs.
   */
  public void check(boolean sees, float[] clean, float[] is, Supplier<String> what) {
    for (int v = 0; v < is.length; v++) {
      if (!isRight(sees, clean[v], is[v])) {
        fail(
            "%s %s in %s: element %d is %s, and without it %s"
                .formatted(sees ? "seen" : "hidden", this, what.get(), v, is[v], clean[v]));
      }
    }
  }

  private boolean isRight(boolean sees, float clean, float is) {
    if (!sees) {
      return Math.abs(clean - is) <= TOLERANCE;
    }
    return switch (this) {
      case NAN_KEY, NAN_VALUE -> Float.isNaN(is);
      case INFINITE_VALUE -> !Float.isFinite(is);
      case INFINITE_KEY -> true;
    };
  }
}
