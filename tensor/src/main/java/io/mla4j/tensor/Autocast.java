package io.mla4j.tensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a precision scope does to operations, in one list for every engine. While a scope is open on
 * a thread, products take their operands in the scope's type, and what needs range or exact sums
 * takes them in FLOAT32; every other operation takes them as they come, and where two differ the
 * wider type wins. FLOAT64 and whole numbers stay what they are. Parameters keep their type:
 * conversions are part of the graph, so that their gradients arrive in it.
 */
public enum Autocast {
  MATMUL(Rule.SCOPE),
  LINEAR(Rule.SCOPE),
  ATTENTION(Rule.SCOPE),
  CONVOLUTION(Rule.SCOPE),

  SOFTMAX(Rule.FLOAT32),
  LOG_SOFTMAX(Rule.FLOAT32),
  CROSS_ENTROPY(Rule.FLOAT32),
  RMS_NORM(Rule.FLOAT32),
  LAYER_NORM(Rule.FLOAT32),
  EXP(Rule.FLOAT32),
  LOG(Rule.FLOAT32),
  POW(Rule.FLOAT32),
  /** Means too. */
  SUM(Rule.FLOAT32),
  CUMULATIVE_SUM(Rule.FLOAT32);

  private enum Rule {
    SCOPE,
    FLOAT32
  }

  private static final ThreadLocal<@Nullable DType> CURRENT = new ThreadLocal<>();

  private final Rule rule;

  Autocast(Rule rule) {
    this.rule = rule;
  }

  /** The type of this thread's precision scope, if one is open. */
  public static Optional<DType> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** For engines: opens a scope on this thread until the guard is closed. */
  public static Engine.Guard open(DType type) {
    if (type != DType.BF16 && type != DType.FLOAT16 && type != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "A precision scope is of BF16, FLOAT16 or FLOAT32, not " + type + ".");
    }
    return set(type);
  }

  /** For engines: computes as if no scope were open, as in a backward pass. */
  public static Engine.Guard suspend() {
    return set(null);
  }

  private static Engine.Guard set(@Nullable DType type) {
    DType before = CURRENT.get();
    CURRENT.set(type);
    return () -> CURRENT.set(before);
  }

  /** The operand in the type that this operation takes it in now. */
  public Tensor operand(Tensor given) {
    return given.cast(type(given.dtype()));
  }

  private DType type(DType given) {
    DType scope = CURRENT.get();
    boolean stays = scope == null || given == DType.FLOAT64 || !given.isFloating();
    if (stays) {
      return given;
    }
    return rule == Rule.SCOPE ? scope : DType.FLOAT32;
  }
}
