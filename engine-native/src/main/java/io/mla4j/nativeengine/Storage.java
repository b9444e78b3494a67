package io.mla4j.nativeengine;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Native memory that tensors share; it goes back to its pool when the last of them closes. */
final class Storage {

  private final StoragePool pool;
  private final StoragePool.Block block;
  private final AtomicInteger references = new AtomicInteger(1);

  Storage(StoragePool pool, long bytes) {
    this.pool = pool;
    this.block = pool.take(bytes);
  }

  MemorySegment memory() {
    return block.memory();
  }

  /** One more tensor uses this memory. */
  Storage retain() {
    if (references.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
      throw NativeTensor.closedAlready();
    }
    return this;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      pool.give(block);
    }
  }
}
