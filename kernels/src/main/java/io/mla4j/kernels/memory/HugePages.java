package io.mla4j.kernels.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Memory for what is read from end to end: on Linux the system is asked for huge pages, as the
 * hardware's prefetching stops at the end of a page and every page costs a look-up. Elsewhere, and
 * for small memory, this is the arena's own.
 */
public final class HugePages {

  private static final long HUGE_BYTES = 2L << 20;
  private static final long SMALLEST_BYTES = 2 * HUGE_BYTES;
  private static final long ALIGNMENT = 64;

  // As <sys/mman.h> of Linux has them on x86-64 and AArch64.
  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int ADVISE_HUGE_PAGES = 14;
  private static final long FAILED = -1;

  /** The three functions of the C library. */
  private record Calls(MethodHandle map, MethodHandle unmap, MethodHandle advise) {}

  private static final Optional<Calls> CALLS = find();

  private HugePages() {}

  private static Optional<Calls> find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    Optional<MethodHandle> map =
        find(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    Optional<MethodHandle> unmap =
        find("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    Optional<MethodHandle> advise =
        find("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    return map.isPresent() && unmap.isPresent() && advise.isPresent()
        ? Optional.of(new Calls(map.get(), unmap.get(), advise.get()))
        : Optional.empty();
  }

  private static Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(address -> linker.downcallHandle(address, signature));
  }

  /**
   * Memory full of zeros, 64-byte aligned, that lives as long as an arena.
   *
   * @param arena a shared one, if other threads use the memory
   */
  public static MemorySegment allocate(Arena arena, long bytes) {
    Optional<MemorySegment> mapped =
        bytes < SMALLEST_BYTES
            ? Optional.empty()
            : CALLS.flatMap(calls -> map(calls, arena, bytes));
    return mapped.orElseGet(() -> arena.allocate(bytes, ALIGNMENT));
  }

  private static Optional<MemorySegment> map(Calls calls, Arena arena, long bytes) {
    long used = Math.ceilDiv(bytes, HUGE_BYTES) * HUGE_BYTES;
    long mapped = used + HUGE_BYTES; // so that a huge page can start inside
    try {
      MemorySegment memory =
          (MemorySegment)
              calls.map.invokeExact(
                  MemorySegment.NULL, mapped, READ_AND_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (memory.address() == FAILED) {
        return Optional.empty();
      }
      MemorySegment start =
          MemorySegment.ofAddress(Math.ceilDiv(memory.address(), HUGE_BYTES) * HUGE_BYTES);
      // Where the system refuses, the memory has pages of the usual size.
      int ignored = (int) calls.advise.invokeExact(start, used, ADVISE_HUGE_PAGES);
      return Optional.of(start.reinterpret(bytes, arena, whole -> unmap(calls, memory, mapped)));
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  private static void unmap(Calls calls, MemorySegment memory, long bytes) {
    try {
      int ignored = (int) calls.unmap.invokeExact(memory, bytes);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  private static RuntimeException failed(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known
        ? known
        : new IllegalStateException("Memory could not be mapped.", failure);
  }
}
