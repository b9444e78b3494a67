package io.mla4j.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A GPU, and one queue of work for it: what it is asked from any thread is done in that order,
 * while the threads go on. An error inside a kernel is thrown by a later call, and the device can
 * then not be used any more by this process.
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
  private boolean closed;

  private CudaDevice(Driver driver, int device, MemorySegment context) {
    this.driver = driver;
    this.device = device;
    this.context = context;
    driver.useContext.call(context);
    this.stream = driver.aHandle(driver.createStream, 0);
  }

  /** A sentence that says why there is no device here, if there is none. */
  public static Optional<String> missing() {
    Optional<Driver> driver = Driver.find();
    if (driver.isEmpty()) {
      return Optional.of("The CUDA driver (libcuda.so.1) is not installed.");
    }
    try {
      return count(driver.get()) > 0
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
    Driver driver =
        Driver.find()
            .orElseThrow(
                () -> new CudaException("The CUDA driver (libcuda.so.1) is not installed."));
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

  /** Allocates memory with the content of the host's. */
  public DeviceMemory copyOf(MemorySegment host) {
    return allocate(host.byteSize()).copyFrom(host);
  }

  /** How many bytes of this device there are from a {@link DeviceMemory#segment} on. */
  public long bytesFrom(MemorySegment segment) {
    Map.Entry<Long, DeviceMemory> memory = memories.floorEntry(segment.address());
    return memory == null
        ? 0
        : Math.max(0, memory.getKey() + memory.getValue().byteSize() - segment.address());
  }

  void free(DeviceMemory memory) {
    if (memories.remove(memory.address()) != null && !closed) {
      run(cuda -> cuda.free.call(memory.address(), stream));
    }
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
    if (closed) {
      throw new IllegalStateException("The device has been closed.");
    }
    driver.useContext.call(context);
    return work.apply(driver);
  }

  /** Waits for what was asked, and frees everything that was allocated. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      synchronize();
      memories.values().forEach(DeviceMemory::close);
      synchronize();
    } finally {
      closed = true;
      driver.destroyStream.tryCall(stream);
      driver.releaseContext.tryCall(device);
    }
  }
}
