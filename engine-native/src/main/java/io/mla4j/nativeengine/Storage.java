package io.mla4j.nativeengine;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that tensors share: of a pool, to which it goes back when the last of them closes,
 * or the caller's, which is only read.
 */
final class Storage {

  private final StoragePool pool;
  private final MemorySegment bytes;
  private final boolean borrowed;
  private final int alignment;
  private final AtomicInteger references = new AtomicInteger(1);
  private final Map<Layout.Rows, PackedWeight> packed = new HashMap<>();

  /** What belongs to the pool: all of it, or an aligned copy of what was borrowed. */
  private StoragePool.@Nullable Block block;

  Storage(StoragePool pool, long bytes) {
    StoragePool.Block taken = pool.take(bytes);
    this.pool = pool;
    this.block = taken;
    this.bytes = taken.memory();
    this.borrowed = false;
    this.alignment = 1;
  }

  private Storage(StoragePool pool, MemorySegment borrowed, int alignment) {
    this.pool = pool;
    this.bytes = borrowed.asReadOnly();
    this.borrowed = true;
    this.alignment = alignment;
  }

  /**
   * Memory that stays the caller's.
   *
   * @param alignment of an element, in bytes
   */
  static Storage over(StoragePool pool, MemorySegment memory, int alignment) {
    return new Storage(pool, memory, alignment);
  }

  /** The memory, in which elements are aligned: a copy where borrowed ones are not. */
  MemorySegment memory() {
    MemorySegment current = bytes();
    return current.address() % alignment == 0 ? current : alignedCopy();
  }

  /** The memory as it is, for what reads elements from any byte on. */
  MemorySegment bytes() {
    if (borrowed && !bytes.scope().isAlive()) {
      throw new IllegalStateException(
          "The memory that this tensor was made over has been freed, as by closing its arena; keep"
              + " it open as long as the tensor is used.");
    }
    return bytes;
  }

  private synchronized MemorySegment alignedCopy() {
    StoragePool.Block copy = block;
    if (copy == null) {
      copy = pool.take(bytes.byteSize());
      MemorySegment.copy(bytes, 0, copy.memory(), 0, bytes.byteSize());
      block = copy;
    }
    return copy.memory();
  }

  /** Whether this memory is not this engine's, and only read. */
  boolean isBorrowed() {
    return borrowed;
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
      giveBack();
    }
  }

  private synchronized void giveBack() {
    StoragePool.Block last = block;
    if (last != null) {
      pool.give(last);
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
