package io.mla4j.kernels.body;

import io.mla4j.kernels.memory.Heads;

/** The loop over tokens of a rotation, for memories that have been checked. */
public interface RotaryBody {

  /** Whether it can read and write these memories. */
  boolean accepts(Heads x, RotaryAngles angles, Heads out);

  /**
   * Rotates some tokens of all batch entries, one entry after the other.
   *
   * @param x [B, T, H, P]
   * @param interleaved whether element 2i turns with 2i + 1, rather than i with i + P/2
   * @param out [B, T, H, P]
   */
  void rotate(Heads x, RotaryAngles angles, boolean interleaved, Heads out, long from, long to);
}
