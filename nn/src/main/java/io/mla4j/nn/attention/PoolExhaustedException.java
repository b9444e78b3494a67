package io.mla4j.nn.attention;

/**
 * A cache would need more blocks than are free. Nothing was taken, and every cache is as before.
 */
public final class PoolExhaustedException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final int needed;
  private final int free;

  PoolExhaustedException(String contents, int needed, int free, int blocks) {
    super(
        "%d blocks of %s are needed and %d of the pool's %d are free; close a sequence or make a larger pool."
            .formatted(needed, contents, free, blocks));
    this.needed = needed;
    this.free = free;
  }

  /** Blocks that were asked for. */
  public int needed() {
    return needed;
  }

  /** Blocks that were free. */
  public int free() {
    return free;
  }
}
