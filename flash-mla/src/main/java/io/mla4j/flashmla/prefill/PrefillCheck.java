package io.mla4j.flashmla.prefill;

import io.mla4j.flashmla.cache.MemoryCheck;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.kernels.memory.ElementType;

/** Checks everything a prefill will touch before anything runs. */
public final class PrefillCheck {

  private PrefillCheck() {}

  public static void all(PrefillTask task) {
    PrefillShape shape = task.shape();
    long queryTokens = task.metadata().queryTokens();
    long keyTokens = task.metadata().keyTokens();
    rows("queries", task.queries(), queryTokens, shape.heads(), shape.width());
    rows("keys", task.keys(), keyTokens, shape.keyHeads(), shape.width());
    rows("values", task.values(), keyTokens, shape.keyHeads(), shape.valueWidth());
    PrefillResult result = task.result();
    rows("out", result.out(), queryTokens, shape.heads(), shape.valueWidth());
    MemoryCheck.rows("logSumExp", result.logSumExp(), shape.heads(), queryTokens, Float.BYTES);
    MemoryCheck.writable("out", result.out().memory());
    MemoryCheck.writable("logSumExp", result.logSumExp());
    apart(result.out(), shape, queryTokens);
    types(task);
    if (!Double.isFinite(task.scale())) {
      throw new IllegalArgumentException("The scale must be finite, not " + task.scale() + ".");
    }
  }

  private static void rows(String what, TokenRows rows, long tokens, int heads, int width) {
    long elements = rows.elements(what, tokens, heads, width);
    MemoryCheck.room(what, rows.memory(), elements, rows.type().bytes());
  }

  /** Rows that overlap would depend on which thread writes last. */
  private static void apart(TokenRows out, PrefillShape shape, long tokens) {
    long width = shape.valueWidth();
    boolean headsInTokens =
        apart(out.headStride(), shape.heads(), width, out.tokenStride(), tokens);
    boolean tokensInHeads =
        apart(out.tokenStride(), tokens, width, out.headStride(), shape.heads());
    if (!headsInTokens && !tokensInHeads) {
      throw new IllegalArgumentException(
          "The rows of out overlap: %d heads of width %d, %d apart, tokens %d apart."
              .formatted(shape.heads(), width, out.headStride(), out.tokenStride()));
    }
  }

  /** Whether runs of {@code inner} rows neither overlap in themselves nor with each other. */
  private static boolean apart(long stride, long inner, long width, long outerStride, long outer) {
    boolean rows = inner <= 1 || stride >= width;
    return rows && (outer <= 1 || outerStride >= Math.max(0, inner - 1) * stride + width);
  }

  private static void types(PrefillTask task) {
    ElementType type = task.queries().type();
    if (task.keys().type() != type || task.values().type() != type) {
      throw new IllegalArgumentException(
          "queries, keys and values must be of one type, not %s, %s and %s."
              .formatted(type, task.keys().type(), task.values().type()));
    }
  }
}
