package io.mla4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A function that runs on a device. */
public final class CudaKernel {

  private static final int MOST_SHARED_BYTES = 8; // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES

  private final CudaModule module;
  private final CudaDevice device;
  private final MemorySegment function;
  private final int sharedBytes;

  CudaKernel(CudaModule module, CudaDevice device, MemorySegment function, int sharedBytes) {
    this.module = module;
    this.device = device;
    this.function = function;
    this.sharedBytes = sharedBytes;
    device.run(cuda -> cuda.setKernelAttribute.call(function, MOST_SHARED_BYTES, sharedBytes));
  }

  /**
   * Asks the device to run a grid of blocks.
   *
   * @param argument the kernel's one argument, a structure as C lays it out
   */
  public void launch(int blocksX, int blocksY, int threads, MemorySegment argument) {
    module.requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(ADDRESS);
      arguments.set(ADDRESS, 0, argument);
      device.run(
          cuda ->
              cuda.launch.call(
                  function,
                  blocksX,
                  blocksY,
                  1,
                  threads,
                  1,
                  1,
                  sharedBytes,
                  device.stream(),
                  arguments,
                  MemorySegment.NULL));
    }
  }
}
