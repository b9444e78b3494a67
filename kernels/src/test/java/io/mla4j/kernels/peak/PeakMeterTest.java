package io.mla4j.kernels.peak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.nativecode.Level;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeakMeterTest {

  @ParameterizedTest
  @EnumSource(PeakKind.class)
  void everyPeakIsFoundOrItsAbsenceExplained(PeakKind kind) {
    try (Kernels kernels = Kernels.start(2)) {
      Optional<Peak> peak = new PeakMeter(kernels.threads(), Effort.QUICK).measure(kind);
      boolean inJava = kind == PeakKind.FLOAT32 || kind == PeakKind.READ;
      boolean inC =
          inJava
              ? NativeKernels.get().isAvailable()
              : NativeKernels.get().levels().contains(Level.AVX512BF16);
      assertEquals(inC || inJava, peak.isPresent());
      peak.ifPresent(found -> assertEquals(inC ? "c" : "java", found.twin()));
      peak.ifPresent(found -> assertTrue(found.perSecond() > 0));
      assertTrue(PeakMeter.whyMissing(kind).startsWith("There is no " + kind));
    }
  }

  @Test
  void everyReadProbeReadsTheSame() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(3 * 2048, 64);
      long sum = 0;
      for (long i = 0; i < memory.byteSize() / Long.BYTES; i++) {
        memory.set(ValueLayout.JAVA_LONG, i * Long.BYTES, i * i);
        sum += i * i;
      }
      assertEquals(sum, PlainProbes.read(memory));
      assertEquals(sum, VectorProbes.read(memory));
      long expected = sum;
      NativeProbes.reads().forEach(probe -> assertEquals(expected, probe.sum(memory)));
    }
  }

  @Test
  void productProbesCountWhatTheyDo() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = arena.allocate(ProductProbe.OPERAND_BYTES, 64);
      long ten = VectorProbes.float32(10, vectors);
      assertTrue(ten > 0);
      assertEquals(3 * ten, VectorProbes.float32(30, vectors));
      for (PeakKind kind : PeakKind.values()) {
        if (kind.countsOperations()) {
          NativeProbes.product(kind)
              .ifPresent(probe -> assertEquals(3 * probe.run(10, vectors), probe.run(30, vectors)));
        }
      }
    }
  }
}
