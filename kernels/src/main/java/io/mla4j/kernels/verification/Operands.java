package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Random;

/** Memory with random numbers, and with none. */
final class Operands {

  private static final int ALIGNMENT = 64;

  /** Every element of this byte alone is NaN. */
  private static final byte NOT_A_NUMBER = -1;

  private final Arena arena;
  private final Random random;

  Operands(Arena arena, long seed) {
    this.arena = arena;
    this.random = new Random(seed);
  }

  MemorySegment bytes(long count) {
    return arena.allocate(Math.max(1, count), ALIGNMENT);
  }

  /** So many float32 elements. */
  MemorySegment gaussian(long count) {
    MemorySegment memory = bytes(count * Float.BYTES);
    for (long i = 0; i < count; i++) {
      Floats.set(memory, i, (float) random.nextGaussian());
    }
    return memory;
  }

  /** So many float32 elements and one more, all of which are NaN. */
  MemorySegment result(long count) {
    return bytes((count + 1) * Float.BYTES).fill(NOT_A_NUMBER);
  }

  /** What is wrong if the last element of a result was written. */
  static Optional<String> pastTheEnd(MemorySegment result) {
    float last = Floats.get(result, result.byteSize() / Float.BYTES - 1);
    return Float.isNaN(last)
        ? Optional.empty()
        : Optional.of("what follows the result was written: " + last);
  }
}
