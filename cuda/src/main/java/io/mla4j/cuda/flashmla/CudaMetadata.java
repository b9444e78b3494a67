package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.flashmla.decode.DecodeShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How the work of a step is divided among multiprocessors, in memory of the device; made once a
 * step and used by every layer.
 */
public final class CudaMetadata implements AutoCloseable {

  /** Query rows of a block of threads. */
  static final int ROWS = 64;

  /** So that a tile and the next one end below 2^31. */
  private static final int MOST_TOKENS = Integer.MAX_VALUE - 2 * DecodePlan.TILE;

  private final CudaDevice device;
  private final DecodeShape shape;
  private final int[] lengths;
  private final boolean sparse;
  private final int unitRows;
  private final DecodePlan plan;
  private final DeviceMemory memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  private CudaMetadata(DecodeShape shape, int[] lengths, boolean sparse, CudaDevice device) {
    this.device = device;
    this.shape = shape;
    this.lengths = lengths;
    this.sparse = sparse;
    int heads = shape.heads() / shape.keyHeads();
    this.unitRows = asInt("query heads and query tokens", (long) heads * rowTokens());
    long perSequence = (long) shape.keyHeads() * (shape.queryTokens() / rowTokens());
    int units = asInt("sequences, key heads and query tokens", lengths.length * perSequence);
    this.plan =
        DecodePlan.of(
            units,
            unit -> lengths[(int) (unit / perSequence)],
            Math.max(1, device.multiprocessors() / rowBlocks()));
    this.memory = upload();
  }

  /** Query tokens that share their tokens. */
  private int rowTokens() {
    return sparse ? 1 : shape.queryTokens();
  }

  private static int asInt(String what, long product) {
    if (product > Integer.MAX_VALUE - ROWS) {
      throw new IllegalArgumentException("There are 2^31 " + what + " or more in a step.");
    }
    return (int) product;
  }

  static CudaMetadata of(DecodeShape shape, int[] cacheLengths, CudaDevice device) {
    if (cacheLengths.length != shape.batch()) {
      throw new IllegalArgumentException(
          "cacheLengths needs a length for each of %d sequences, not %d."
              .formatted(shape.batch(), cacheLengths.length));
    }
    int[] lengths = cacheLengths.clone();
    for (int length : lengths) {
      checkTokens("A cache length", length);
    }
    return new CudaMetadata(shape, lengths, false, device);
  }

  static CudaMetadata sparse(DecodeShape shape, int topK, CudaDevice device) {
    checkTokens("topK", topK);
    int[] lengths = new int[shape.batch()];
    Arrays.fill(lengths, topK);
    return new CudaMetadata(shape, lengths, true, device);
  }

  private static void checkTokens(String what, int tokens) {
    if (tokens < 0 || tokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "%s must be from 0 to %,d, not %,d.".formatted(what, MOST_TOKENS, tokens));
    }
  }

  /** A long for the first wrong position, the plan's numbers, then the lengths. */
  private DeviceMemory upload() {
    try (Arena arena = Arena.ofConfined()) {
      int[] ints = plan.toInts();
      MemorySegment host =
          arena.allocate(
              Long.BYTES + ((long) ints.length + lengths.length) * Integer.BYTES, Long.BYTES);
      MemorySegment.copy(ints, 0, host, JAVA_INT, Long.BYTES, ints.length);
      long lengthsAt = Long.BYTES + (long) ints.length * Integer.BYTES;
      MemorySegment.copy(lengths, 0, host, JAVA_INT, lengthsAt, lengths.length);
      return device.copyOf(host);
    }
  }

  public DecodeShape shape() {
    return shape;
  }

  /** The cached tokens of a sequence, or with indices K. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** Whether it divides lists of tokens rather than sequences. */
  public boolean isSparse() {
    return sparse;
  }

  void requireUsable(CudaDevice by) {
    if (closed.get()) {
      throw new IllegalStateException("The metadata has been closed.");
    }
    if (by != device) {
      throw new IllegalArgumentException("The metadata was made for another device.");
    }
  }

  DecodePlan plan() {
    return plan;
  }

  /** Query rows that share their tokens. */
  int unitRows() {
    return unitRows;
  }

  int rowBlocks() {
    return (unitRows + ROWS - 1) / ROWS;
  }

  /** Where the kernel writes 1 and the index of an entry that names nothing in the cache. */
  DeviceMemory wrongPosition() {
    return memory;
  }

  long piecesAddress() {
    return memory.address() + Long.BYTES;
  }

  long startsAddress() {
    return piecesAddress() + (long) plan.startsAt() * Integer.BYTES;
  }

  long cutsAddress() {
    return piecesAddress() + (long) plan.cutsAt() * Integer.BYTES;
  }

  long lengthsAddress() {
    return memory.address() + memory.byteSize() - (long) lengths.length * Integer.BYTES;
  }

  /** Frees it, once the device has done what it was asked before. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      memory.close();
    }
  }
}
