package io.mla4j.kernels.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.body.AttentionBody;
import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin of {@code StripAttention}, {@code attention.c}. */
record NativeAttention(MethodHandle run, Scratch scratch) implements AttentionBody {

  private static final FunctionDescriptor RUN =
      FunctionDescriptor.ofVoid(
          ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
          JAVA_LONG, JAVA_LONG);

  /** {@code MOST_STRIP} and {@code BLOCK} of {@code attention.c}. */
  private static final int ROWS = 32;

  private static final int BLOCK = 128;

  /** Room for {@code struct attention_job} before the memory that C works in, in elements. */
  private static final long JOB = 64;

  private static final int FIELDS = 29;
  private static final int STRIDES = 3;

  /** The twin, where this machine has it. */
  static Optional<AttentionBody> find(Scratch scratch) {
    return NativeKernels.get().find("attention", RUN).map(run -> new NativeAttention(run, scratch));
  }

  /** Whether C can be given these memories; it cannot read a Java array. */
  @Override
  public boolean accepts(AttentionJob job) {
    return NativeCall.accepts(job.query().memory(), job.key().memory())
        && NativeCall.accepts(job.value().memory(), job.out().memory())
        && job.second().map(NativeAttention::accepts).orElse(true)
        && job.visibility().keyMask().map(MemorySegment::isNative).orElse(true);
  }

  private static boolean accepts(AttentionJob.SecondPart second) {
    return NativeCall.accepts(second.query().memory(), second.key().memory());
  }

  @Override
  public int taskRows() {
    return ROWS;
  }

  @Override
  public void run(AttentionJob job, long pieces, long from, long to) {
    Optional<Heads> query = job.second().map(AttentionJob.SecondPart::query);
    Optional<Heads> key = job.second().map(AttentionJob.SecondPart::key);
    long widths = job.query().width() + query.map(Heads::width).orElse(0L) + job.value().width();
    try (Scratch.Loan loan = scratch.borrow(JOB + (widths + BLOCK) * ROWS)) {
      write(job, pieces, loan.memory());
      run.invokeExact(
          loan.memory(),
          start(job.query()),
          start(job.key()),
          start(job.value()),
          query.map(NativeAttention::start).orElse(MemorySegment.NULL),
          key.map(NativeAttention::start).orElse(MemorySegment.NULL),
          job.visibility().keyMask().orElse(MemorySegment.NULL),
          start(job.out()),
          NativeCall.from(loan.memory(), JOB),
          from,
          to);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  private static MemorySegment start(Heads heads) {
    return NativeCall.from(heads.memory(), heads.offset());
  }

  /** The fields of {@code struct attention_job} in their order. */
  private static void write(AttentionJob job, long pieces, MemorySegment to) {
    long[] fields = new long[FIELDS];
    int at = 0;
    fields[at++] = job.query().tokens();
    fields[at++] = job.query().heads();
    fields[at++] = job.key().tokens();
    fields[at++] = job.key().heads();
    fields[at++] = job.query().width();
    fields[at++] = job.value().width();
    at = putStrides(job.query(), fields, at);
    at = putStrides(job.key(), fields, at);
    at = putStrides(job.value(), fields, at);
    at = putStrides(job.out(), fields, at);
    if (job.second().isPresent()) {
      AttentionJob.SecondPart second = job.second().get();
      fields[at] = second.query().width();
      putStrides(second.key(), fields, putStrides(second.query(), fields, at + 1));
    }
    at += 1 + 2 * STRIDES;
    fields[at++] = job.visibility().causal() ? 1 : 0;
    fields[at++] = job.visibility().window();
    fields[at++] = pieces;
    fields[at] = Double.doubleToRawLongBits(job.scale());
    MemorySegment.copy(fields, 0, to, ValueLayout.JAVA_LONG, 0, fields.length);
  }

  private static int putStrides(Heads heads, long[] fields, int at) {
    fields[at] = heads.batchStride();
    fields[at + 1] = heads.tokenStride();
    fields[at + 2] = heads.headStride();
    return at + STRIDES;
  }
}
