package io.mla4j.kernels.expert;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * Which experts each token goes to.
 *
 * @param experts int32 [T, K]; −1 is none
 * @param weights float32 [T, K]: what each expert's output is multiplied with
 * @param tokens T
 * @param perToken K
 */
public record Routing(MemorySegment experts, MemorySegment weights, long tokens, int perToken) {

  /**
   * @throws IllegalArgumentException if an extent is out of range or a memory too small
   */
  public Routing {
    if (tokens < 0 || perToken < 1) {
      throw new IllegalArgumentException(
          "The routing needs tokens of 0 or more and perToken of 1 or more, not %d and %d."
              .formatted(tokens, perToken));
    }
    NativeMemory.check("experts of the routing", experts, Integer.BYTES, tokens, perToken);
    NativeMemory.check("weights of the routing", weights, Float.BYTES, tokens, perToken);
    if (tokens * perToken > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The routing has more than 2^31 pairs of tokens and experts.");
    }
  }

  /** Tokens times experts of each. */
  int pairs() {
    return (int) (tokens * perToken);
  }

  /** The expert of a pair, or −1. */
  int expert(long pair) {
    return experts.get(JAVA_INT_UNALIGNED, pair * Integer.BYTES);
  }
}
