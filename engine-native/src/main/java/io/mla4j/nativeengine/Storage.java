package io.mla4j.nativeengine;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that tensors share: of a pool, to which it goes back when the last of them closes,
 * or the caller's, which is only read. What only linear layers read may be held packed alone, until
 * it is read otherwise.
 */
final class Storage {

  private final StoragePool pool;
  private final long byteSize;
  private final boolean borrowed;
  private final int alignment;
  private final AtomicInteger references = new AtomicInteger(1);
  private final Map<Layout.Rows, PackedWeight> packed = new HashMap<>();

  /** What belongs to the pool: all of it, or an aligned copy of what was borrowed. */
  private StoragePool.@Nullable Block block;

  /** The memory, or nothing while it is held packed alone. */
  private volatile @Nullable MemorySegment bytes;

  /** Writes elements that are held packed to memory. */
  interface Unpacking {
    void unpack(PackedWeight packed, MemorySegment to);
  }

  private @Nullable Unpacking unpacking;

  Storage(StoragePool pool, long bytes) {
    StoragePool.Block taken = pool.take(bytes);
    this.pool = pool;
    this.block = taken;
    this.byteSize = bytes;
    this.bytes = taken.memory();
    this.borrowed = false;
    this.alignment = 1;
  }

  private Storage(StoragePool pool, MemorySegment borrowed, int alignment) {
    this.pool = pool;
    this.byteSize = borrowed.byteSize();
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
    MemorySegment current = bytes;
    if (current == null) {
      return unpacked();
    }
    if (borrowed && !current.scope().isAlive()) {
      throw new IllegalStateException(
          "The memory that this tensor was made over has been freed, as by closing its arena; keep"
              + " it open as long as the tensor is used.");
    }
    return current;
  }

  private synchronized MemorySegment alignedCopy() {
    StoragePool.Block copy = block;
    if (copy == null) {
      copy = pool.take(byteSize);
      MemorySegment.copy(bytes(), 0, copy.memory(), 0, byteSize);
      block = copy;
    }
    return copy.memory();
  }

  /**
   * Gives the memory itself back where one tensor alone has it and it is packed; it is unpacked
   * once it is read otherwise. Nobody may use the tensor meanwhile.
   */
  synchronized void holdPackedAlone(Unpacking back) {
    StoragePool.Block own = block;
    synchronized (packed) {
      if (borrowed || own == null || references.get() != 1 || packed.size() != 1) {
        return;
      }
    }
    unpacking = back;
    bytes = null;
    block = null;
    pool.discard(own);
  }

  private synchronized MemorySegment unpacked() {
    MemorySegment current = bytes;
    Unpacking back = unpacking;
    if (current != null || back == null) {
      return bytes();
    }
    StoragePool.Block own = pool.take(byteSize);
    synchronized (packed) {
      back.unpack(packed.values().iterator().next(), own.memory());
    }
    block = own;
    bytes = own.memory();
    unpacking = null;
    return own.memory();
  }

  /** Of all elements. */
  long byteSize() {
    return byteSize;
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
