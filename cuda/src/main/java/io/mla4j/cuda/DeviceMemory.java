package io.mla4j.cuda;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Memory of a GPU. What is asked of it happens in the order in which the device was asked; copies
 * from and to the host are waited for.
 */
public final class DeviceMemory implements AutoCloseable {

  private final CudaDevice device;
  private final long address;
  private final long byteSize;
  private final AtomicBoolean closed = new AtomicBoolean();

  DeviceMemory(CudaDevice device, long address, long byteSize) {
    this.device = device;
    this.address = address;
    this.byteSize = byteSize;
  }

  /** On the device; no pointer of the host. */
  public long address() {
    return address;
  }

  public long byteSize() {
    return byteSize;
  }

  CudaDevice device() {
    return device;
  }

  /**
   * A name for this memory, to be put into the records of {@code io.mla4j.flashmla} where they ask
   * for a segment. It has no bytes that the host could touch.
   */
  public MemorySegment segment() {
    return segment(0);
  }

  /** A name for this memory from a byte on. */
  public MemorySegment segment(long offset) {
    requireRoom(offset, 0);
    return MemorySegment.ofAddress(address + offset);
  }

  /** Overwrites the start, {@link #copyFrom(MemorySegment, long)}. */
  public DeviceMemory copyFrom(MemorySegment source) {
    return copyFrom(source, 0);
  }

  /**
   * Overwrites a part, after all that the device was asked to do before.
   *
   * @param source native memory of the host
   * @param offset of the first byte that is overwritten
   */
  public DeviceMemory copyFrom(MemorySegment source, long offset) {
    requireNative(source);
    requireRoom(offset, source.byteSize());
    device.run(
        driver ->
            driver.toDevice.call(address + offset, source, source.byteSize(), device.stream()));
    device.synchronize(); // the source may be freed when this returns
    return this;
  }

  /**
   * Overwrites the start.
   *
   * @param source of the same device, no larger
   */
  public DeviceMemory copyFrom(DeviceMemory source) {
    if (source.device != device) {
      throw new IllegalArgumentException("Memory is copied within one device.");
    }
    source.requireRoom(0, 0);
    requireRoom(0, source.byteSize);
    device.run(
        driver -> driver.copy.call(address, source.address, source.byteSize, device.stream()));
    return this;
  }

  /** Reads the start, {@link #copyTo(MemorySegment, long)}. */
  public void copyTo(MemorySegment target) {
    copyTo(target, 0);
  }

  /**
   * Reads a part, after all that the device was asked to do before.
   *
   * @param target native memory of the host
   * @param offset of the first byte that is read
   */
  public void copyTo(MemorySegment target, long offset) {
    requireNative(target);
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("The host's memory is read-only.");
    }
    requireRoom(offset, target.byteSize());
    device.run(
        driver -> driver.toHost.call(target, address + offset, target.byteSize(), device.stream()));
    device.synchronize();
  }

  /** Sets every byte. */
  public DeviceMemory fill(byte value) {
    requireRoom(0, 0);
    device.run(driver -> driver.fill.call(address, value, byteSize, device.stream()));
    return this;
  }

  static void requireNative(MemorySegment host) {
    if (!host.isNative()) {
      throw new IllegalArgumentException("Only native memory can be copied to and from a device.");
    }
  }

  private void requireRoom(long offset, long bytes) {
    if (closed.get()) {
      throw new IllegalStateException("This memory has been freed.");
    }
    if (offset < 0 || offset > byteSize || bytes > byteSize - offset) {
      throw new IllegalArgumentException(
          "Device memory of %,d bytes has not %,d bytes from byte %,d on."
              .formatted(byteSize, bytes, offset));
    }
  }

  /** Frees it, once the device has done what it was asked before. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      device.free(this);
    }
  }
}
