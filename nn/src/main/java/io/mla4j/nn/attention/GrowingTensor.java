package io.mla4j.nn.attention;

import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import org.jspecify.annotations.Nullable;

/** A tensor that grows along dimension 1 without copying at every step: its room doubles. */
final class GrowingTensor {

  private @Nullable Tensor room;
  private long length;

  long length() {
    return length;
  }

  /** Adds [B, T, ...]. */
  void append(Tensor tokens) {
    long added = tokens.shape().dim(1);
    Tensor target = roomFor(tokens, length + added);
    try (TensorScope scope = TensorScope.open()) {
      target.narrow(1, length, added).copyInPlace(tokens);
    }
    length += added;
  }

  /** Forgets what was added last along dimension 1. */
  void forgetLast(long tokens) {
    if (tokens < 0 || tokens > length) {
      throw new IllegalArgumentException(
          "A cache of %d tokens cannot forget %d.".formatted(length, tokens));
    }
    length -= tokens;
  }

  private Tensor roomFor(Tensor tokens, long needed) {
    Tensor current = room;
    if (current != null) {
      requireSameRows(current, tokens);
    }
    if (current != null && current.shape().dim(1) >= needed) {
      return current;
    }
    Shape larger = tokens.shape().with(1, Math.max(16, Long.highestOneBit(needed) * 2));
    Tensor fresh = TensorScope.release(tokens.engine().zeros(tokens.dtype(), larger.toArray()));
    if (current != null) {
      try (TensorScope scope = TensorScope.open()) {
        fresh.narrow(1, 0, length).copyInPlace(current.narrow(1, 0, length));
      }
      current.close();
    }
    room = fresh;
    return fresh;
  }

  private static void requireSameRows(Tensor current, Tensor tokens) {
    Shape fits = current.shape().with(1, tokens.shape().dim(1));
    if (!tokens.shape().equals(fits)) {
      throw new IllegalArgumentException(
          "This cache takes tokens of the shape %s, not %s; make one for each batch."
              .formatted(fits, tokens.shape()));
    }
  }

  /** [B, S, ...]. */
  Tensor contents() {
    Tensor current = room;
    if (current == null) {
      throw new IllegalStateException("The cache is empty: append tokens before reading it.");
    }
    return current.narrow(1, 0, length);
  }

  void close() {
    Tensor current = room;
    if (current != null) {
      current.close();
      room = null;
      length = 0;
    }
  }
}
