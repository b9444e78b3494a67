package io.mla4j.kernels;

import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Native memory with numbers for tests. */
public final class Samples {

  private final Random random;

  public Samples(long seed) {
    random = new Random(seed);
  }

  public MemorySegment gaussian(long count) {
    MemorySegment memory = empty(count);
    for (long i = 0; i < count; i++) {
      Floats.set(memory, i, (float) random.nextGaussian());
    }
    return memory;
  }

  public static MemorySegment empty(long count) {
    return Arena.ofAuto().allocate(Math.max(1, count) * Float.BYTES, 64);
  }

  public static MemorySegment of(float... values) {
    MemorySegment memory = empty(values.length);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
    return memory;
  }

  public static float[] floats(MemorySegment memory, int count) {
    float[] values = new float[count];
    MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, values, 0, count);
    return values;
  }
}
