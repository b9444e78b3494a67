package io.mla4j.kernels.body;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Which keys a query sees. With T queries and S keys, query t stands at position S − T + t. What it
 * does not see does not reach it, NaN and infinity in such a key or value included.
 *
 * @param causal none after its own position
 * @param window only those less than this many positions away; 0 for all
 * @param keyMask [batch, keys] bytes from offset 0, 0 where nobody sees the key
 */
public record Visibility(boolean causal, long window, Optional<MemorySegment> keyMask) {

  /** So that a position and a window can be added up. */
  private static final long WIDEST = 1L << 62;

  public Visibility {
    if (window < 0) {
      throw new IllegalArgumentException("An attention window is 0 or more, not " + window + ".");
    }
    window = Math.min(window, WIDEST);
  }

  /** The first key position a query at this position sees, padding aside. */
  long first(long position, long keys) {
    return window == 0 ? 0 : Math.clamp(position - window + 1, 0, keys);
  }

  /** The key position after the last one it sees. */
  long end(long position, long keys) {
    if (causal) {
      return Math.clamp(position + 1, 0, keys);
    }
    return window == 0 ? keys : Math.clamp(position + window, 0, keys);
  }
}
