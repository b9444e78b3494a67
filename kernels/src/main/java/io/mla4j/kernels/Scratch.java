package io.mla4j.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Working memory that kernels borrow, 64-byte aligned. What comes back is lent again, so that after
 * a while nothing is allocated; there are as many pieces as kernels ever ran at once.
 */
final class Scratch {

  private static final long ALIGNMENT = 64;
  private static final long SMALLEST_BYTES = 1 << 16;

  private final ConcurrentLinkedDeque<MemorySegment> idle = new ConcurrentLinkedDeque<>();

  /** Working memory on loan; closing returns it. */
  record Loan(Scratch owner, MemorySegment memory) implements AutoCloseable {
    @Override
    public void close() {
      owner.idle.push(memory);
    }
  }

  /** Lends at least this many float32 elements, with contents left over from earlier. */
  Loan borrow(long elements) {
    long bytes = Extent.timesExact("working memory", elements, Floats.BYTES);
    MemorySegment memory = idle.poll();
    if (memory == null || memory.byteSize() < bytes) {
      // A piece that is too small is dropped for one with room to spare.
      long size = Math.max(SMALLEST_BYTES, Long.highestOneBit(Math.max(bytes, 1)) * 2);
      memory = Arena.ofAuto().allocate(size, ALIGNMENT);
    }
    return new Loan(this, memory);
  }
}
