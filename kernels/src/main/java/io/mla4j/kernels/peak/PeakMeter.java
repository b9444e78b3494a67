package io.mla4j.kernels.peak;

import io.mla4j.kernels.choice.KernelChoice;
import io.mla4j.kernels.memory.HugePages;
import io.mla4j.kernels.nativecode.NativeKernels;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Measures what the machine can do at most, with every thread at work. */
public final class PeakMeter {

  /** Pieces a thread takes in turn, so that one that starts late leaves its share to the others. */
  private static final int PIECES_PER_THREAD = 8;

  /** Whole blocks of the read probes. */
  private static final long BLOCK_BYTES = 2048;

  private static final String C = "c";
  private static final String JAVA = "java";

  private final KernelThreads threads;
  private final Effort effort;
  private final int pieces;

  public PeakMeter(KernelThreads threads, Effort effort) {
    this.threads = threads;
    this.effort = effort;
    this.pieces = threads.count() * PIECES_PER_THREAD;
  }

  /** A peak, or empty where nothing here can reach it; {@link #whyMissing} then says why. */
  public Optional<Peak> measure(PeakKind kind) {
    return switch (kind) {
      case FLOAT32 ->
          product(NativeProbes.product(kind), C).or(() -> product(vectorFloat32(), JAVA));
      case BF16, INT8 -> product(NativeProbes.product(kind), C);
      case READ -> Optional.of(read());
    };
  }

  /** One sentence on a peak that is not there. */
  public static String whyMissing(PeakKind kind) {
    NativeKernels kernels = NativeKernels.get();
    String reason =
        kernels.isAvailable() ? "the C kernels here have no probe for it." : kernels.description();
    return "There is no " + kind + " peak: " + reason;
  }

  // The class of the vector probes is named where its module is known to be in the JVM.
  private static Optional<ProductProbe> vectorFloat32() {
    return KernelChoice.detect().vector() ? Optional.of(VectorProbes::float32) : Optional.empty();
  }

  private static ReadProbe javaRead() {
    return KernelChoice.detect().vector() ? VectorProbes::read : PlainProbes::read;
  }

  private Optional<Peak> product(Optional<ProductProbe> probe, String twin) {
    return probe.map(found -> new Peak(best(found), twin));
  }

  private double best(ProductProbe probe) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment vectors = arena.allocate((long) pieces * ProductProbe.OPERAND_BYTES, 64);
      return best(
          () -> {
            LongAdder operations = new LongAdder();
            each(piece -> operations.add(probe.run(effort.rounds(), operands(vectors, piece))));
            return operations.sum();
          });
    }
  }

  /** Small numbers, so that no sum overflows, denormal in none of the formats. */
  private static MemorySegment operands(MemorySegment vectors, long piece) {
    MemorySegment own =
        vectors.asSlice(piece * ProductProbe.OPERAND_BYTES, ProductProbe.OPERAND_BYTES);
    for (long i = 0; i < ProductProbe.OPERAND_BYTES / Float.BYTES; i++) {
      own.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES, 0.5f);
    }
    return own;
  }

  private Peak read() {
    List<ReadProbe> inC = NativeProbes.reads();
    List<ReadProbe> probes = inC.isEmpty() ? List.of(javaRead()) : inC;
    long share = Math.max(1, effort.readBytes() / pieces / BLOCK_BYTES) * BLOCK_BYTES;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = HugePages.allocate(arena, share * pieces);
      memory.fill((byte) 1); // untouched pages would all be the same page of zeros
      LongAdder sums = new LongAdder();
      double best = 0;
      for (ReadProbe probe : probes) {
        best = Math.max(best, read(probe, memory, share, sums));
      }
      if (sums.sum() == 0) {
        throw new IllegalStateException("The read probe read nothing.");
      }
      return new Peak(best, inC.isEmpty() ? JAVA : C);
    }
  }

  private double read(ReadProbe probe, MemorySegment memory, long share, LongAdder sums) {
    return best(
        () -> {
          each(piece -> sums.add(probe.sum(memory.asSlice(piece * share, share))));
          return share * pieces;
        });
  }

  private interface Piece {
    void run(long index);
  }

  private void each(Piece body) {
    threads.parallelFor(
        pieces,
        1,
        (from, to) -> {
          for (long piece = from; piece < to; piece++) {
            body.run(piece);
          }
        });
  }

  /** The best rate of all samples; a sample returns how much it did. */
  private double best(LongSupplier sample) {
    double best = 0;
    for (int i = 0; i < effort.samples(); i++) {
      long start = System.nanoTime();
      long done = sample.getAsLong();
      best = Math.max(best, done * 1e9 / Math.max(1, System.nanoTime() - start));
    }
    return best;
  }
}
