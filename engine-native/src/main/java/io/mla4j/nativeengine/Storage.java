package io.mla4j.nativeengine;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Native memory that tensors share; it goes back to its pool when the last of them closes. */
final class Storage {

  private final StoragePool pool;
  private final StoragePool.Block block;
  private final AtomicInteger references = new AtomicInteger(1);
  private final Map<Layout.Rows, PackedWeight> packed = new HashMap<>();

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
      dropPacked();
      pool.give(block);
    }
  }

  /**
   * The matrix at these places, packed now or by an earlier call; whoever asked closes it. It stays
   * for the next call until the memory is written to or given back.
   */
  PackedWeight packed(Layout.Rows rows, Supplier<PackedWeight> pack) {
    synchronized (packed) {
      return packed.computeIfAbsent(rows, missing -> pack.get()).retain();
    }
  }

  /** To be called after the memory was written to. */
  void dropPacked() {
    synchronized (packed) {
      packed.values().forEach(PackedWeight::close);
      packed.clear();
    }
  }
}
