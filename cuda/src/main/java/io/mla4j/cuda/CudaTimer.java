package io.mla4j.cuda;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Measures on the device how long it takes for what it is asked between start and stop. */
public final class CudaTimer implements AutoCloseable {

  private final CudaDevice device;
  private final MemorySegment start;
  private final MemorySegment stop;
  private final AtomicBoolean closed = new AtomicBoolean();

  public CudaTimer(CudaDevice device) {
    this.device = device;
    this.start = device.ask(cuda -> cuda.aHandle(cuda.createEvent, 0));
    this.stop = device.ask(cuda -> cuda.aHandle(cuda.createEvent, 0));
  }

  /**
   * Waits for work to be done.
   *
   * @param work asks the device
   * @return milliseconds
   */
  public double millis(Runnable work) {
    if (closed.get()) {
      throw new IllegalStateException("The timer has been closed.");
    }
    device.run(cuda -> cuda.recordEvent.call(start, device.stream()));
    work.run();
    return device.ask(
        cuda -> {
          cuda.recordEvent.call(stop, device.stream());
          cuda.awaitEvent.call(stop);
          return (double) cuda.aFloat(cuda.millisBetween, start, stop);
        });
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      device.ifOpen(
          cuda -> {
            cuda.destroyEvent.call(start);
            cuda.destroyEvent.call(stop);
          });
    }
  }
}
