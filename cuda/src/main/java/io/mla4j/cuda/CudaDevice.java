package io.mla4j.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A GPU, and one queue of work for it: what it is asked from any thread is done in that order,
 * while the threads go on. An error inside a kernel is thrown by a later call, and the device can
 * then not be used any more by this process. A call leaves the device's context current on its
 * thread.
 */
public final class CudaDevice implements AutoCloseable {

  private static final int MULTIPROCESSORS = 16; // CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
  private static final int MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
  private static final int MINOR = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR
  private static final int LONGEST_NAME = 256;

  private final Driver driver;
  private final int device;
  private final MemorySegment context;
  private final MemorySegment stream;
  private final ConcurrentSkipListMap<Long, DeviceMemory> memories = new ConcurrentSkipListMap<>();
  private final ReadWriteLock life = new ReentrantReadWriteLock(); // closing waits for all calls
  private boolean closed;

  private CudaDevice(Driver driver, int device, MemorySegment context) {
    this.driver = driver;
    this.device = device;
    this.context = context;
    try {
      driver.useContext.call(context);
      this.stream = driver.aHandle(driver.createStream, 0);
    } catch (CudaException failure) {
      driver.releaseContext.tryCall(device);
      throw failure;
    }
  }

  /** A sentence that says why there is no device here, if there is none. */
  public static Optional<String> missing() {
    Driver.Search driver = Driver.find();
    if (driver.found().isEmpty()) {
      return Optional.of(driver.reason());
    }
    try {
      return count(driver.orElseThrow()) > 0
          ? Optional.empty()
          : Optional.of("The CUDA driver finds no device.");
    } catch (CudaException refused) {
      return Optional.of("The CUDA driver does not start: " + refused.getMessage());
    }
  }

  private static int count(Driver driver) {
    driver.init.call(0);
    return driver.anInt(driver.deviceCount);
  }

  /**
   * Opens a device.
   *
   * @param index 0 for the first
   * @throws CudaException if it is not there or does not start
   */
  public static CudaDevice open(int index) {
    Driver driver = Driver.find().orElseThrow();
    int count = count(driver);
    if (index < 0 || index >= count) {
      throw new CudaException("There is no CUDA device %d; there are %d.".formatted(index, count));
    }
    int device = driver.anInt(driver.device, index);
    return new CudaDevice(driver, device, driver.aHandle(driver.retainContext, device));
  }

  /** As its maker calls it. */
  public String name() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(JAVA_BYTE, LONGEST_NAME);
      driver.deviceName.call(name, LONGEST_NAME, device);
      return name.getString(0);
    }
  }

  /** Such as 9.0 for Hopper. */
  public String computeCapability() {
    return attribute(MAJOR) + "." + attribute(MINOR);
  }

  public int multiprocessors() {
    return attribute(MULTIPROCESSORS);
  }

  public long memoryBytes() {
    return driver.aLong(driver.deviceBytes, device);
  }

  private int attribute(int which) {
    return driver.anInt(driver.deviceAttribute, which, device);
  }

  /**
   * Allocates memory, whose content may be anything.
   *
   * @throws CudaException if there is not so much
   */
  public DeviceMemory allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, not " + bytes + ".");
    }
    long address = ask(cuda -> cuda.aLong(cuda.allocate, Math.max(1, bytes), stream));
    DeviceMemory memory = new DeviceMemory(this, address, bytes);
    memories.put(address, memory);
    return memory;
  }

  /** Allocates memory with the content of the host's, which is native. */
  public DeviceMemory copyOf(MemorySegment host) {
    DeviceMemory.requireNative(host);
    DeviceMemory memory = allocate(host.byteSize());
    try {
      return memory.copyFrom(host);
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  /** How many bytes of this device there are from a {@link DeviceMemory#segment} on. */
  public long bytesFrom(MemorySegment segment) {
    Map.Entry<Long, DeviceMemory> memory = memories.floorEntry(segment.address());
    return memory == null
        ? 0
        : Math.max(0, memory.getKey() + memory.getValue().byteSize() - segment.address());
  }

  void free(DeviceMemory memory) {
    ifOpen(
        cuda -> {
          if (memories.remove(memory.address(), memory)) {
            cuda.free.call(memory.address(), stream);
          }
        });
  }

  /**
   * Loads a compiled kernel image.
   *
   * @param image a cubin for this device
   */
  public CudaModule load(byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(image.length + 1L, 16); // ends with a zero
      MemorySegment.copy(image, 0, copy, JAVA_BYTE, 0, image.length);
      return new CudaModule(this, ask(cuda -> cuda.aHandle(cuda.loadModule, copy)));
    }
  }

  /** Waits until all that was asked is done. */
  public void synchronize() {
    run(cuda -> cuda.awaitStream.call(stream));
  }

  MemorySegment stream() {
    return stream;
  }

  void run(Consumer<Driver> work) {
    ask(
        cuda -> {
          work.accept(cuda);
          return true;
        });
  }

  /** Calls the driver, which knows the current device of each thread. */
  <T> T ask(Function<Driver, T> work) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The device has been closed.");
      }
      driver.useContext.call(context);
      return work.apply(driver);
    } finally {
      life.readLock().unlock();
    }
  }

  /** Frees something; a device that has been closed has freed everything. */
  void ifOpen(Consumer<Driver> work) {
    life.readLock().lock();
    try {
      if (!closed) {
        run(work);
      }
    } finally {
      life.readLock().unlock();
    }
  }

  /** Waits for what was asked, and frees everything that was allocated. */
  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        // After an error in a kernel all of this fails too, and the process's end frees the rest.
        driver.useContext.tryCall(context);
        driver.awaitStream.tryCall(stream);
        memories.keySet().forEach(address -> driver.free.tryCall(address, stream));
        memories.clear();
        driver.awaitStream.tryCall(stream);
        driver.destroyStream.tryCall(stream);
        driver.releaseContext.tryCall(device);
        closed = true;
      }
    } finally {
      life.writeLock().unlock();
    }
  }
}
