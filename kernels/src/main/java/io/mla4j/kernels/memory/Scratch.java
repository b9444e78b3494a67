package io.mla4j.kernels.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Working memory that kernels borrow, 64-byte aligned. What comes back is lent again, so that after
 * a while nothing is allocated; there are as many pieces as kernels ever ran at once.
 */
public final class Scratch implements AutoCloseable {

  private static final long ALIGNMENT = 64;
  private static final long SMALLEST_BYTES = 1 << 16;
  private static final long MOST_BYTES = 1L << 60;

  private final ConcurrentLinkedDeque<Piece> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /** Memory with an arena of its own. */
  record Piece(Arena arena, MemorySegment memory) {

    static Piece of(long bytes) {
      Arena arena = Arena.ofShared();
      return new Piece(arena, arena.allocate(bytes, ALIGNMENT));
    }
  }

  /** Working memory on loan; closing returns it, once. */
  public static final class Loan implements AutoCloseable {

    private final Scratch owner;
    private final Piece piece;
    private final AtomicBoolean returned = new AtomicBoolean();

    private Loan(Scratch owner, Piece piece) {
      this.owner = owner;
      this.piece = piece;
    }

    /** Contents left over from earlier. */
    public MemorySegment memory() {
      return piece.memory();
    }

    @Override
    public void close() {
      if (returned.compareAndSet(false, true)) {
        owner.idle.push(piece);
        if (owner.closed) {
          owner.free();
        }
      }
    }
  }

  /**
   * Lends at least this many float32 elements, with contents left over from earlier.
   *
   * @throws IllegalArgumentException if that is more than any machine has
   */
  public Loan borrow(long elements) {
    long bytes = Extent.timesExact("working memory", elements, Floats.BYTES);
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "Working memory of %,d bytes is more than any machine has.".formatted(bytes));
    }
    Piece piece = idle.poll();
    if (piece != null && piece.memory().byteSize() < bytes) {
      piece.arena().close();
      piece = null;
    }
    // With room to spare, so that a somewhat larger loan need not replace it.
    long size = Math.max(SMALLEST_BYTES, Long.highestOneBit(Math.max(bytes, 1)) * 2);
    return new Loan(this, piece == null ? Piece.of(size) : piece);
  }

  /** Pieces that nobody has on loan. */
  int idlePieces() {
    return idle.size();
  }

  private void free() {
    for (Piece piece = idle.poll(); piece != null; piece = idle.poll()) {
      piece.arena().close();
    }
  }

  /** Frees all pieces: those on loan as they come back. */
  @Override
  public void close() {
    closed = true;
    free();
  }
}
