package io.mla4j.kernels.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HugePagesTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4095, (4L << 20) - 1, 4L << 20, (7L << 20) + 5})
  void memoryIsAlignedZeroAndFreedWithItsArena(long bytes) {
    MemorySegment memory;
    try (Arena arena = Arena.ofShared()) {
      memory = HugePages.allocate(arena, bytes);
      assertEquals(bytes, memory.byteSize());
      assertEquals(0, memory.address() % 64);
      for (long at = 0; at < bytes; at += 4096) {
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, at));
      }
      if (bytes > 0) {
        memory.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 1);
      }
    }
    assertThrows(IllegalStateException.class, () -> memory.fill((byte) 1));
  }
}
