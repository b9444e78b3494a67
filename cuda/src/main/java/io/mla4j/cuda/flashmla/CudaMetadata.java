package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.flashmla.DecodeShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How the work of a step is divided among multiprocessors, in memory of the device; made once a
 * step and used by every layer.
 */
public final class CudaMetadata implements AutoCloseable {

  /** Query rows of a block of threads. */
  static final int ROWS = 64;

  private final DecodeShape shape;
  private final int[] lengths;
  private final boolean sparse;
  private final DecodePlan plan;
  private final DeviceMemory memory;

  private CudaMetadata(DecodeShape shape, int[] lengths, boolean sparse, CudaDevice device) {
    this.shape = shape;
    this.lengths = lengths;
    this.sparse = sparse;
    long units = (long) lengths.length * shape.keyHeads() * (sparse ? shape.queryTokens() : 1);
    if (units > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("A step has at most 2^31 sequences and query tokens.");
    }
    int perSequence = (int) (units / Math.max(1, lengths.length));
    this.plan =
        DecodePlan.of(
            (int) units,
            unit -> lengths[unit / perSequence],
            Math.max(1, device.multiprocessors() / rowBlocks()));
    this.memory = upload(device);
  }

  static CudaMetadata of(DecodeShape shape, int[] cacheLengths, CudaDevice device) {
    if (cacheLengths.length != shape.batch()) {
      throw new IllegalArgumentException(
          "cacheLengths needs a length for each of %d sequences, not %d."
              .formatted(shape.batch(), cacheLengths.length));
    }
    int[] lengths = cacheLengths.clone();
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("A cache length must be 0 or more, not " + length + ".");
      }
    }
    return new CudaMetadata(shape, lengths, false, device);
  }

  static CudaMetadata sparse(DecodeShape shape, int topK, CudaDevice device) {
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be 0 or more, not " + topK + ".");
    }
    int[] lengths = new int[shape.batch()];
    Arrays.fill(lengths, topK);
    return new CudaMetadata(shape, lengths, true, device);
  }

  /** The plan's numbers, then the lengths. */
  private DeviceMemory upload(CudaDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      int[] ints = plan.toInts();
      MemorySegment host = arena.allocate(JAVA_INT, (long) ints.length + lengths.length);
      MemorySegment.copy(ints, 0, host, JAVA_INT, 0, ints.length);
      MemorySegment.copy(
          lengths, 0, host, JAVA_INT, (long) ints.length * Integer.BYTES, lengths.length);
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

  DecodePlan plan() {
    return plan;
  }

  /** Query rows that share their tokens. */
  int unitRows() {
    int heads = shape.heads() / shape.keyHeads();
    return sparse ? heads : heads * shape.queryTokens();
  }

  int rowBlocks() {
    return (unitRows() + ROWS - 1) / ROWS;
  }

  long piecesAddress() {
    return memory.address();
  }

  long startsAddress() {
    return memory.address() + (long) plan.startsAt() * Integer.BYTES;
  }

  long cutsAddress() {
    return memory.address() + (long) plan.cutsAt() * Integer.BYTES;
  }

  long lengthsAddress() {
    return memory.address() + memory.byteSize() - (long) lengths.length * Integer.BYTES;
  }

  /** Frees it, once the device has done what it was asked before. */
  @Override
  public void close() {
    memory.close();
  }
}
