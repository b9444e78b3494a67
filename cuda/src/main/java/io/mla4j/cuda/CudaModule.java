package io.mla4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Kernels of one image on a device. */
public final class CudaModule implements AutoCloseable {

  private final CudaDevice device;
  private final MemorySegment module;

  CudaModule(CudaDevice device, MemorySegment module) {
    this.device = device;
    this.module = module;
  }

  /**
   * A kernel by its name in the image.
   *
   * @param sharedBytes of each block, beside what the kernel declares
   */
  public CudaKernel kernel(String name, int sharedBytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      MemorySegment function = device.ask(cuda -> cuda.aHandle(cuda.findKernel, module, text));
      return new CudaKernel(device, function, sharedBytes);
    }
  }

  @Override
  public void close() {
    device.run(cuda -> cuda.unloadModule.call(module));
  }
}
