package io.mla4j.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.Floats;
import io.mla4j.kernels.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What packed weights keep of their source. */
class PackedWeightsTest {

  private static final int CHANNELS = 37;
  private static final int DEPTH = 83;

  /** Half a step of the largest magnitude of a channel, or the rounding of the type. */
  private static double tolerance(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> 0;
      case BF16, BF16_ROWS -> 1.0 / 256;
      case INT8 -> 0.51 / 127;
      case INT4 -> 0.53 / 7;
    };
  }

  @ParameterizedTest
  @EnumSource
  void weightsAreKeptWithinHalfAStep(WeightFormat format) {
    MemorySegment source = Arena.ofAuto().allocate(4 * CHANNELS * DEPTH, 4);
    for (int i = 0; i < CHANNELS * DEPTH; i++) {
      Floats.set(source, i, (float) Math.sin(i * 0.7));
    }
    try (KernelThreads threads = new KernelThreads(2);
        PackedWeights packed =
            PackedWeights.pack(source, ElementType.FLOAT32, CHANNELS, DEPTH, format, threads)) {
      for (int n = 0; n < CHANNELS; n++) {
        for (int k = 0; k < DEPTH; k++) {
          float wanted = Floats.get(source, (long) n * DEPTH + k);
          assertEquals(wanted, packed.get(n, k), tolerance(format), "at " + n + ", " + k);
        }
      }
    }
  }
}
