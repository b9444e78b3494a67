package io.mla4j.nativeengine;

import io.mla4j.kernels.memory.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Native memory that tensors come and go in. What is freed waits, by size class, for the next
 * tensor of that class, up to a bound, so that a loop that repeats allocates nothing.
 */
final class StoragePool implements AutoCloseable {

  private static final long ALIGNMENT = 64;
  private static final int CLASSES_PER_DOUBLING = 4;

  private final long mostIdleBytes;
  private final Map<Long, Queue<Block>> idle = new ConcurrentHashMap<>();
  private final AtomicLong idleBytes = new AtomicLong();
  private final AtomicLong allocatedBytes = new AtomicLong();
  private volatile boolean closed;

  /** One piece of native memory with an arena of its own. */
  record Block(Arena arena, MemorySegment memory) {}

  /**
   * @param mostIdleBytes what may wait for reuse; beyond it freed memory goes back to the system
   */
  StoragePool(long mostIdleBytes) {
    this.mostIdleBytes = mostIdleBytes;
  }

  /** Native memory held now, in use or idle. */
  long allocatedBytes() {
    return allocatedBytes.get();
  }

  /** At least this many bytes, 64-byte aligned, with whatever was left in them. */
  Block take(long bytes) {
    long size = sizeClass(bytes);
    Queue<Block> waiting = idle.get(size);
    Block block = waiting == null ? null : waiting.poll();
    if (block == null) {
      return allocate(size);
    }
    idleBytes.addAndGet(-size);
    return block;
  }

  void give(Block block) {
    long size = block.memory().byteSize();
    if (idleBytes.addAndGet(size) > mostIdleBytes) {
      idleBytes.addAndGet(-size);
      free(block);
    } else {
      idle.computeIfAbsent(size, key -> new ConcurrentLinkedQueue<>()).add(block);
      if (closed) {
        trim();
      }
    }
  }

  /** Returns memory to the system, not to wait for reuse. */
  void discard(Block block) {
    free(block);
  }

  /** Returns all idle memory to the system. */
  void trim() {
    for (Queue<Block> waiting : idle.values()) {
      for (Block block = waiting.poll(); block != null; block = waiting.poll()) {
        idleBytes.addAndGet(-block.memory().byteSize());
        free(block);
      }
    }
  }

  /** Returns idle memory to the system now, and what is in use as it is given back. */
  @Override
  public void close() {
    closed = true;
    trim();
  }

  private Block allocate(long size) {
    try {
      return allocateNow(size);
    } catch (OutOfMemoryError full) {
      trim();
      return allocateOrExplain(size);
    }
  }

  private Block allocateOrExplain(long size) {
    try {
      return allocateNow(size);
    } catch (OutOfMemoryError full) {
      throw new IllegalStateException(
          "The system has no memory for a tensor of "
              + size
              + " bytes beside the "
              + allocatedBytes()
              + " in use; take a smaller batch or model, or close tensors sooner.",
          full);
    }
  }

  private Block allocateNow(long size) {
    Arena arena = Arena.ofShared();
    try {
      Block block = new Block(arena, HugePages.allocate(arena, size));
      allocatedBytes.addAndGet(size);
      return block;
    } catch (OutOfMemoryError | RuntimeException failure) {
      arena.close();
      throw failure;
    }
  }

  private void free(Block block) {
    block.arena().close();
    allocatedBytes.addAndGet(-block.memory().byteSize());
  }

  /** The next of four sizes between two powers of two, so that at most a fifth is unused. */
  static long sizeClass(long bytes) {
    if (bytes <= ALIGNMENT * CLASSES_PER_DOUBLING) {
      return Math.max(1, (bytes + ALIGNMENT - 1) / ALIGNMENT) * ALIGNMENT;
    }
    long step = Long.highestOneBit(bytes) / CLASSES_PER_DOUBLING;
    return Math.addExact(bytes, step - 1) / step * step;
  }
}
