package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.kernels.KernelBodies;
import io.mla4j.kernels.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Decodes a float32 cache with the C twin of prefill: tokens that lie one after another are keys of
 * one head, whose values are their first part. A list of tokens has no such runs and is left to the
 * Java twin.
 */
final class RunDecode implements DecodeTwin {

  private static final float LOG2_E = 1.442695f;

  private final PrefillTwin prefill;
  private final DecodeTwin lists;
  private final KernelBodies bodies;

  RunDecode(PrefillTwin prefill, DecodeTwin lists, KernelBodies bodies) {
    this.prefill = prefill;
    this.lists = lists;
    this.bodies = bodies;
  }

  @Override
  public String description() {
    return prefill.description();
  }

  @Override
  public boolean supports(CacheFormat format) {
    return format == CacheFormat.FLOAT32;
  }

  @Override
  public void run(DecodeTask task, DecodePart part, MemorySegment partial) {
    if (task.metadata().isSparse()) {
      lists.run(task, part, partial);
      return;
    }
    int rows = part.rows(task.shape());
    long elements = (long) rows * (task.shape().width() + task.shape().valueWidth() + 1);
    try (Scratch.Loan loan = bodies.scratch().borrow(elements)) {
      Work work = new Work(task, part, loan.memory());
      work.widenQueries(bodies);
      int count = 0;
      for (int at = part.from(); at < part.to(); at += count) {
        count = work.runFrom(at);
        boolean first = at == part.from();
        long out = part.partial() * Float.BYTES;
        MemorySegment to = first ? partial.asSlice(out) : work.added();
        prefill.run(work.prefill(at, count, to), work.block(at, count));
        if (first) {
          work.begin(partial);
        } else {
          work.join(partial);
        }
      }
    }
  }

  /**
   * One part.
   *
   * @param memory [rows, D] queries, [rows, V] what a run adds, [H, T] its log-sum-exps
   */
  private record Work(DecodeTask task, DecodePart part, MemorySegment memory) {

    int heads() {
      return task.shape().headsPerKey();
    }

    int rows() {
      return part.rows(task.shape());
    }

    int width() {
      return task.shape().width();
    }

    int valueWidth() {
      return task.shape().valueWidth();
    }

    MemorySegment added() {
      return memory.asSlice((long) rows() * width() * Float.BYTES);
    }

    MemorySegment logSumExps() {
      return memory.asSlice((long) rows() * (width() + valueWidth()) * Float.BYTES);
    }

    void widenQueries(KernelBodies bodies) {
      Queries queries = task.queries();
      int elements = heads() * width();
      for (int token = 0; token < part.queryTokens(); token++) {
        long from = task.queryOffset(part) + token * task.queryTokenStride();
        long to = (long) token * elements;
        switch (queries.type()) {
          case FLOAT32 ->
              MemorySegment.copy(
                  queries.memory(),
                  from * Float.BYTES,
                  memory,
                  to * Float.BYTES,
                  (long) elements * Float.BYTES);
          case BF16 ->
              bodies
                  .conversions()
                  .widen(queries.memory(), from * Short.BYTES, memory, to, elements);
        }
      }
    }

    /** How many tokens of the part lie one after another from a token of the sequence on. */
    int runFrom(int at) {
      int blockTokens = task.cache().blockTokens();
      long end = at - at % blockTokens + (long) blockTokens;
      while (end < part.to() && block((int) end) == block((int) (end - 1)) + 1) {
        end += blockTokens;
      }
      return (int) (Math.min(end, part.to()) - at);
    }

    private int block(int token) {
      long index = task.positionsOffset(part) + token / task.cache().blockTokens();
      return task.positions().get(JAVA_INT_UNALIGNED, index * Integer.BYTES);
    }

    PrefillTask prefill(int at, int count, MemorySegment out) {
      PrefillShape shape = new PrefillShape(heads(), 1, width(), valueWidth());
      PrefillMetadata metadata =
          PrefillMetadata.of(
              shape, new int[] {0, part.queryTokens()}, new int[] {0, count}, task.causal(), 1);
      TokenRows keys = keys(at, count);
      return new PrefillTask(
          metadata,
          TokenRows.of(memory, ElementType.FLOAT32, heads(), width()),
          keys,
          keys,
          task.options().scale(),
          new PrefillResult(
              TokenRows.of(out, ElementType.FLOAT32, heads(), valueWidth()), logSumExps()));
    }

    PrefillBlock block(int at, int count) {
      return new PrefillBlock(0, 0, part.queryTokens(), 0, count, task.visible(part) - at);
    }

    /** Exactly the run, so that positions that changed meanwhile lead to an exception. */
    private TokenRows keys(int at, int count) {
      int blockTokens = task.cache().blockTokens();
      long token = (long) block(at) * blockTokens + at % blockTokens;
      long from = token * task.tokenBytes() + task.keyHeadOffset(part);
      long bytes = (count - 1) * task.tokenBytes() + (long) width() * Float.BYTES;
      long stride = task.tokenBytes() / Float.BYTES;
      MemorySegment run = task.cache().memory().asSlice(from, bytes);
      return new TokenRows(run, ElementType.FLOAT32, stride, width());
    }

    /** The log-sum-exp of a row times log₂ e; −∞ where it saw nothing. */
    private float highest(int row) {
      long index = (long) row % heads() * part.queryTokens() + row / heads();
      float logSumExp = logSumExps().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
      return logSumExp == Float.POSITIVE_INFINITY ? Float.NEGATIVE_INFINITY : logSumExp * LOG2_E;
    }

    private long highestAt(int row) {
      return part.partial() + (long) rows() * valueWidth() + row;
    }

    /** The sums of the first run are in their place. */
    void begin(MemorySegment partial) {
      for (int row = 0; row < rows(); row++) {
        float highest = highest(row);
        set(partial, highestAt(row), highest);
        set(partial, highestAt(row) + rows(), highest == Float.NEGATIVE_INFINITY ? 0 : 1);
      }
    }

    /** Joins a run to those before it. */
    void join(MemorySegment partial) {
      for (int row = 0; row < rows(); row++) {
        float added = highest(row);
        if (added != Float.NEGATIVE_INFINITY) {
          join(partial, row, added);
        }
      }
    }

    private void join(MemorySegment partial, int row, float added) {
      float before = get(partial, highestAt(row));
      float highest = Math.max(before, added);
      float kept = (float) Math.pow(2, (double) before - highest);
      float share = (float) Math.pow(2, (double) added - highest);
      set(partial, highestAt(row), highest);
      long total = highestAt(row) + rows();
      set(partial, total, get(partial, total) * kept + share);
      long to = part.partial() + (long) row * valueWidth();
      long from = (long) rows() * width() + (long) row * valueWidth();
      for (int v = 0; v < valueWidth(); v++) {
        set(partial, to + v, get(partial, to + v) * kept + get(memory, from + v) * share);
      }
    }

    private static float get(MemorySegment from, long index) {
      return from.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    private static void set(MemorySegment to, long index, float value) {
      to.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }
  }
}
