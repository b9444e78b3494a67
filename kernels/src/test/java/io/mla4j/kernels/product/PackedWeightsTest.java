package io.mla4j.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /** Where nothing is rounded rows are turned as a whole, in both twins alike. */
  @ParameterizedTest
  @EnumSource
  void weightsThatOnlyMoveStayWhatTheyAre(ElementType type) {
    WeightFormat format = type == ElementType.BF16 ? WeightFormat.BF16 : WeightFormat.FLOAT32;
    for (int depth : new int[] {1, 2, 15, 33, 64, DEPTH}) {
      MemorySegment source = source(type, depth);
      try (KernelThreads threads = new KernelThreads(2);
          PackedWeights packed =
              PackedWeights.pack(source, type, CHANNELS, depth, format, threads)) {
        MemorySegment inJava = Arena.ofAuto().allocate(packed.layout().totalBytes(), 64);
        long rowBytes = (long) depth * type.bytes();
        for (int first = 0; first < CHANNELS; first += PanelLayout.PANEL) {
          int count = Math.min(PanelLayout.PANEL, CHANNELS - first);
          PanelTurn.turnInJava(
              source.asSlice(first * rowBytes),
              rowBytes,
              count,
              inJava.asSlice(packed.layout().offset(first, 0)));
        }
        assertEquals(-1, inJava.mismatch(packed.memory()));
        for (int i = 0; i < CHANNELS * depth; i++) {
          assertEquals(type.get(source, i), packed.get(i / depth, i % depth));
        }
      }
    }
  }

  /** From a byte on at which no element should start. */
  private static MemorySegment source(ElementType type, int depth) {
    long bytes = (long) CHANNELS * depth * type.bytes();
    MemorySegment source = Arena.ofAuto().allocate(bytes + 1, 4).asSlice(1);
    for (int i = 0; i < CHANNELS * depth; i++) {
      float value = (float) Math.sin(i * 0.7);
      if (type == ElementType.BF16) {
        source.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Bf16.of(value));
      } else {
        source.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, value);
      }
    }
    return source;
  }
}
