package io.mla4j.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Memory of a GPU. What is asked of it happens in the order in which the device was asked; only
 * copies to the host are waited for.
 */
public final class DeviceMemory implements AutoCloseable {

  private final CudaDevice device;
  private final long address;
  private final long byteSize;
  private boolean closed;

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

  /**
   * A name for this memory, to be put into the records of {@code io.mla4j.flashmla} where they ask
   * for a segment. It has no bytes that the host could touch.
   */
  public MemorySegment segment() {
    return MemorySegment.ofAddress(address);
  }

  /**
   * Overwrites the start.
   *
   * @param source native memory of the host, no larger; free to be changed afterwards
   */
  public DeviceMemory copyFrom(MemorySegment source) {
    requireRoom(source);
    device.run(driver -> driver.toDevice.call(address, source, source.byteSize(), device.stream()));
    return this;
  }

  /**
   * Overwrites the start.
   *
   * @param source of the same device, no larger
   */
  public DeviceMemory copyFrom(DeviceMemory source) {
    requireOpen();
    source.requireOpen();
    requireRoom(source.byteSize);
    device.run(
        driver -> driver.copy.call(address, source.address, source.byteSize, device.stream()));
    return this;
  }

  /**
   * Reads the start, after all that the device was asked to do before.
   *
   * @param target native memory of the host, no larger
   */
  public void copyTo(MemorySegment target) {
    requireRoom(target);
    device.run(driver -> driver.toHost.call(target, address, target.byteSize(), device.stream()));
    device.synchronize();
  }

  /** Sets every byte. */
  public DeviceMemory fill(byte value) {
    requireOpen();
    device.run(driver -> driver.fill.call(address, value, byteSize, device.stream()));
    return this;
  }

  private void requireRoom(MemorySegment host) {
    requireOpen();
    if (!host.isNative()) {
      throw new IllegalArgumentException("Only native memory can be copied to and from a device.");
    }
    requireRoom(host.byteSize());
  }

  private void requireRoom(long other) {
    if (other > byteSize) {
      throw new IllegalArgumentException(
          "The other memory has %,d bytes, but this has %,d.".formatted(other, byteSize));
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This memory has been freed.");
    }
  }

  /** Frees it, once the device has done what it was asked before. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      device.free(this);
    }
  }
}
