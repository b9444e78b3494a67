package io.mla4j.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;

/**
 * The functions of the CUDA driver library that are used here (CUDA Driver API). Each returns 0 or
 * an error.
 */
final class Driver {

  /** As the driver calls itself; the last is where containers have it. */
  private static final List<String> NAMES =
      List.of("libcuda.so.1", "libcuda.so", "/usr/local/nvidia/lib64/libcuda.so.1");

  private static final int LONGEST_TEXT = 512;

  private final SymbolLookup library;

  final Function init;
  final Function deviceCount;
  final Function device;
  final Function deviceName;
  final Function deviceAttribute;
  final Function deviceBytes;
  final Function retainContext;
  final Function releaseContext;
  final Function useContext;
  final Function createStream;
  final Function destroyStream;
  final Function awaitStream;
  final Function allocate;
  final Function free;
  final Function toDevice;
  final Function toHost;
  final Function fill;
  final Function copy;
  final Function loadModule;
  final Function unloadModule;
  final Function findKernel;
  final Function setKernelAttribute;
  final Function launch;
  final Function createEvent;
  final Function destroyEvent;
  final Function recordEvent;
  final Function awaitEvent;
  final Function millisBetween;
  private final Function errorText;

  private Driver(SymbolLookup library) {
    this.library = library;
    this.errorText = function("cuGetErrorString", JAVA_INT, ADDRESS);
    this.init = function("cuInit", JAVA_INT);
    this.deviceCount = function("cuDeviceGetCount", ADDRESS);
    this.device = function("cuDeviceGet", ADDRESS, JAVA_INT);
    this.deviceName = function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
    this.deviceAttribute = function("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
    this.deviceBytes = function("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
    this.retainContext = function("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT);
    this.releaseContext = function("cuDevicePrimaryCtxRelease_v2", JAVA_INT);
    this.useContext = function("cuCtxSetCurrent", ADDRESS);
    this.createStream = function("cuStreamCreate", ADDRESS, JAVA_INT);
    this.destroyStream = function("cuStreamDestroy_v2", ADDRESS);
    this.awaitStream = function("cuStreamSynchronize", ADDRESS);
    this.allocate = function("cuMemAllocAsync", ADDRESS, JAVA_LONG, ADDRESS);
    this.free = function("cuMemFreeAsync", JAVA_LONG, ADDRESS);
    this.toDevice = function("cuMemcpyHtoDAsync_v2", JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    this.toHost = function("cuMemcpyDtoHAsync_v2", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
    this.copy = function("cuMemcpyDtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
    this.fill = function("cuMemsetD8Async", JAVA_LONG, JAVA_BYTE, JAVA_LONG, ADDRESS);
    this.loadModule = function("cuModuleLoadData", ADDRESS, ADDRESS);
    this.unloadModule = function("cuModuleUnload", ADDRESS);
    this.findKernel = function("cuModuleGetFunction", ADDRESS, ADDRESS, ADDRESS);
    this.setKernelAttribute = function("cuFuncSetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
    this.launch =
        function(
            "cuLaunchKernel",
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    this.createEvent = function("cuEventCreate", ADDRESS, JAVA_INT);
    this.destroyEvent = function("cuEventDestroy_v2", ADDRESS);
    this.recordEvent = function("cuEventRecord", ADDRESS, ADDRESS);
    this.awaitEvent = function("cuEventSynchronize", ADDRESS);
    this.millisBetween = function("cuEventElapsedTime", ADDRESS, ADDRESS, ADDRESS);
  }

  /** The driver, loaded once, or a sentence that says why there is none. */
  record Search(Optional<Driver> found, String reason) {

    private static Search search() {
      Optional<SymbolLookup> library =
          NAMES.stream().flatMap(name -> load(name).stream()).findFirst();
      try {
        return new Search(
            library.map(Driver::new), "The CUDA driver (libcuda.so.1) is not installed.");
      } catch (CudaException tooOld) {
        return new Search(
            Optional.empty(), "The CUDA driver cannot be used: " + tooOld.getMessage());
      }
    }

    Driver orElseThrow() {
      return found.orElseThrow(() -> new CudaException(reason));
    }
  }

  static Search find() {
    return Loaded.SEARCH;
  }

  private static final class Loaded {
    private static final Search SEARCH = Search.search();
  }

  private static Optional<SymbolLookup> load(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException notThere) {
      return Optional.empty();
    }
  }

  /** A function of the library, called with what its layouts say. */
  final class Function {

    private final String name;
    private final MethodHandle handle;

    private Function(String name, MethodHandle handle) {
      this.name = name;
      this.handle = handle;
    }

    /**
     * @throws CudaException with what the driver says is wrong
     */
    void call(Object... arguments) {
      int error = tryCall(arguments);
      if (error != 0) {
        throw new CudaException(name + " failed: " + text(error) + ".", error);
      }
    }

    /** As {@link #call}, but returns the error. */
    int tryCall(Object... arguments) {
      try {
        return (int) handle.invokeExact(arguments);
      } catch (Error | RuntimeException failure) {
        throw failure;
      } catch (Throwable impossible) {
        throw new IllegalStateException(name + " could not be called.", impossible);
      }
    }
  }

  private Function function(String name, MemoryLayout... parameters) {
    MemorySegment address =
        library
            .find(name)
            .orElseThrow(() -> new CudaException("The CUDA driver is too old: no " + name + "."));
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, parameters))
            .asSpreader(Object[].class, parameters.length);
    return new Function(name, handle.asType(MethodType.methodType(int.class, Object[].class)));
  }

  private String text(int error) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      if (errorText.tryCall(error, text) != 0) {
        return "error " + error;
      }
      return text.get(ADDRESS, 0).reinterpret(LONGEST_TEXT).getString(0) + " (" + error + ")";
    }
  }

  /** Calls a function whose first argument is where it writes an int. */
  int anInt(Function function, Object... more) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_INT);
      function.call(withFirst(result, more));
      return result.get(JAVA_INT, 0);
    }
  }

  /** Calls a function whose first argument is where it writes a long or an address. */
  long aLong(Function function, Object... more) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      function.call(withFirst(result, more));
      return result.get(JAVA_LONG, 0);
    }
  }

  /** Calls a function whose first argument is where it writes a handle. */
  MemorySegment aHandle(Function function, Object... more) {
    return MemorySegment.ofAddress(aLong(function, more));
  }

  float aFloat(Function function, Object... more) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_FLOAT);
      function.call(withFirst(result, more));
      return result.get(JAVA_FLOAT, 0);
    }
  }

  private static Object[] withFirst(Object first, Object... more) {
    Object[] all = new Object[more.length + 1];
    all[0] = first;
    System.arraycopy(more, 0, all, 1, more.length);
    return all;
  }
}
