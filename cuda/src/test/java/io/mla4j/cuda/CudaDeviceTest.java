package io.mla4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class CudaDeviceTest {

  @Test
  void withoutADriverOneSentenceSaysSo() {
    assumeTrue(Driver.find().found().isEmpty(), "There is a CUDA driver here.");
    assertEquals(
        "The CUDA driver (libcuda.so.1) is not installed.", CudaDevice.missing().orElseThrow());
    assertThrows(CudaException.class, () -> CudaDevice.open(0));
  }

  @Test
  void memoryKeepsWhatIsCopiedToIt() {
    assumeTrue(CudaDevice.missing().isEmpty(), "There is no CUDA device here.");
    try (CudaDevice device = CudaDevice.open(0);
        Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
      try (DeviceMemory memory = device.copyOf(host);
          DeviceMemory other = device.allocate(12).copyFrom(memory)) {
        MemorySegment back = arena.allocate(12, 4);
        other.copyTo(back);
        assertEquals(-1, back.mismatch(host));
        assertEquals(8, device.bytesFrom(MemorySegment.ofAddress(memory.address() + 4)));
        memory.copyFrom(arena.allocateFrom(ValueLayout.JAVA_INT, 7), 4);
        memory.copyTo(back.asSlice(0, 8), 4);
        assertEquals(7, back.get(ValueLayout.JAVA_INT, 0));
        MemorySegment readOnly = host.asReadOnly();
        MemorySegment heap = MemorySegment.ofArray(new int[3]);
        assertThrows(IllegalArgumentException.class, () -> memory.copyFrom(host, 4));
        assertThrows(IllegalArgumentException.class, () -> memory.copyTo(readOnly));
        assertThrows(IllegalArgumentException.class, () -> memory.copyFrom(heap));
        memory.close();
        memory.close();
        assertThrows(IllegalStateException.class, () -> memory.copyFrom(host));
      }
      CudaException tooMuch = assertThrows(CudaException.class, () -> device.allocate(1L << 60));
      assertTrue(tooMuch.isOutOfMemory());
      assertThrows(CudaException.class, () -> device.load(new byte[] {1, 2, 3}));
      assertThrows(CudaException.class, () -> CudaDevice.open(99));
    }
  }
}
