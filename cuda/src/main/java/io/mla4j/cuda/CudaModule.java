package io.mla4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Kernels of one image on a device. */
public final class CudaModule implements AutoCloseable {

  private final CudaDevice device;
  private final MemorySegment module;
  private final AtomicBoolean closed = new AtomicBoolean();

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
      return new CudaKernel(this, device, function, sharedBytes);
    }
  }

  void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("The kernels have been closed.");
    }
  }

  /** Unloads the kernels, once those that were launched are done. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      device.ifOpen(
          cuda -> {
            cuda.awaitStream.call(device.stream());
            cuda.unloadModule.call(module);
          });
    }
  }
}
