package io.mla4j.kernels.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.nativecode.NativeCall;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Advice to Linux about the pages of a mapped file; elsewhere, and for memory of another kind, both
 * do nothing.
 */
public final class MappedPages {

  // As <sys/mman.h> of Linux has them.
  private static final int DONT_NEED = 4;
  private static final int POPULATE_READ = 22; // since Linux 5.14; an older one refuses

  /** The two functions of the C library. */
  private record Calls(MethodHandle advise, long pageBytes) {}

  private static final Optional<Calls> CALLS = find();

  private MappedPages() {}

  private static Optional<Calls> find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    Optional<MethodHandle> advise =
        linker
            .defaultLookup()
            .find("madvise")
            .map(
                address ->
                    linker.downcallHandle(
                        address, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)));
    Optional<MethodHandle> pageSize =
        linker
            .defaultLookup()
            .find("getpagesize")
            .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT)));
    return advise.flatMap(call -> pageSize.map(size -> new Calls(call, pageBytes(size))));
  }

  private static long pageBytes(MethodHandle pageSize) {
    try {
      return (int) pageSize.invokeExact();
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  /** Brings a mapped file's bytes into memory, so that reading them does not wait for each page. */
  public static void populate(MemorySegment mapped) {
    advise(mapped, POPULATE_READ);
  }

  /**
   * Takes the pages that lie in some bytes of a file out of this process's memory; they come back
   * when they are read. What was written to a private map would be lost, so that only maps that are
   * read-only are touched.
   */
  public static void drop(MemorySegment mapped) {
    if (mapped.isReadOnly()) {
      advise(mapped, DONT_NEED);
    }
  }

  private static void advise(MemorySegment mapped, int advice) {
    if (CALLS.isEmpty() || !mapped.isMapped()) {
      return;
    }
    long page = CALLS.get().pageBytes();
    long skipped = Math.ceilDiv(mapped.address(), page) * page - mapped.address();
    long bytes = (mapped.byteSize() - skipped) / page * page;
    if (bytes > 0) {
      try {
        // Advice that the system does not take changes nothing but the time.
        int ignored =
            (int) CALLS.get().advise().invokeExact(mapped.asSlice(skipped, bytes), bytes, advice);
      } catch (Throwable failure) {
        throw NativeCall.failed(failure);
      }
    }
  }
}
