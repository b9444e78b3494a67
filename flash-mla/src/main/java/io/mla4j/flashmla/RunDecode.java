package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.kernels.BinaryOp;
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

  /**
   * Shorter runs are copied together until there are as many tokens: to pack queries and to join
   * sums for every block of 64 would take longer than its products.
   */
  private static final int TOGETHER = 384;

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
    Work work = new Work(task, part, bodies, MemorySegment.NULL);
    try (Scratch.Loan loan = bodies.scratch().borrow(work.elements())) {
      work = new Work(task, part, bodies, loan.memory());
      work.widenQueries();
      int count = 0;
      for (int at = part.from(); at < part.to(); at += count) {
        TokenRows keys;
        count = work.runFrom(at);
        if (count < TOGETHER && at + count < part.to()) {
          count = Math.min(TOGETHER, part.to() - at);
          keys = work.gather(at, count);
        } else {
          keys = work.keys(at, count);
        }
        attend(work, at, count, keys, partial);
      }
    }
  }

  private void attend(Work work, int at, int count, TokenRows keys, MemorySegment partial) {
    boolean first = at == work.part().from();
    MemorySegment to =
        first ? partial.asSlice(work.part().partial() * Float.BYTES) : work.from(work.added());
    prefill.run(work.prefill(keys, count, to), work.block(at, count));
    if (first) {
      work.begin(partial);
    } else {
      work.join(partial);
    }
  }

  /** One part, and where everything lies in working memory, in elements. */
  private record Work(DecodeTask task, DecodePart part, KernelBodies bodies, MemorySegment memory) {

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

    /** [rows, V]: what a run adds; the queries, [rows, D], are before it. */
    long added() {
      return (long) rows() * width();
    }

    /** [H, T]: the log-sum-exps of a run. */
    long logSumExps() {
      return added() + (long) rows() * valueWidth();
    }

    /** [1]. */
    long factor() {
      return logSumExps() + rows();
    }

    /** [TOGETHER, D]. */
    long gathered() {
      return factor() + 1;
    }

    long elements() {
      return gathered() + (long) TOGETHER * width();
    }

    MemorySegment from(long element) {
      return memory.asSlice(element * Float.BYTES);
    }

    void widenQueries() {
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

    PrefillTask prefill(TokenRows keys, int count, MemorySegment out) {
      PrefillShape shape = new PrefillShape(heads(), 1, width(), valueWidth());
      PrefillMetadata metadata =
          PrefillMetadata.of(
              shape, new int[] {0, part.queryTokens()}, new int[] {0, count}, task.causal(), 1);
      return new PrefillTask(
          metadata,
          TokenRows.of(memory, ElementType.FLOAT32, heads(), width()),
          keys,
          keys,
          task.options().scale(),
          new PrefillResult(
              TokenRows.of(out, ElementType.FLOAT32, heads(), valueWidth()), from(logSumExps())));
    }

    PrefillBlock block(int at, int count) {
      return new PrefillBlock(0, 0, part.queryTokens(), 0, count, task.visible(part) - at);
    }

    /** A run where it lies. */
    TokenRows keys(int at, int count) {
      MemorySegment run = stored(at, count);
      return new TokenRows(run, ElementType.FLOAT32, task.tokenBytes() / Float.BYTES, width());
    }

    /** Tokens of several runs, copied together. */
    TokenRows gather(int at, int count) {
      int run;
      for (int done = 0; done < count; done += run) {
        run = Math.min(runFrom(at + done), count - done);
        copy(stored(at + done, run), gathered() + (long) done * width(), run);
      }
      return TokenRows.of(from(gathered()), ElementType.FLOAT32, 1, width());
    }

    private void copy(MemorySegment run, long to, int tokens) {
      long bytes = (long) width() * Float.BYTES;
      long together = task.tokenBytes() == bytes ? tokens : 1;
      for (long token = 0; token < tokens; token += together) {
        long target = to * Float.BYTES + token * bytes;
        MemorySegment.copy(run, token * task.tokenBytes(), memory, target, together * bytes);
      }
    }

    /** Exactly the run, so that positions that changed meanwhile lead to an exception. */
    private MemorySegment stored(int at, int count) {
      int blockTokens = task.cache().blockTokens();
      long token = (long) block(at) * blockTokens + at % blockTokens;
      long from = token * task.tokenBytes() + task.keyHeadOffset(part);
      long bytes = (count - 1) * task.tokenBytes() + (long) width() * Float.BYTES;
      return task.cache().memory().asSlice(from, bytes);
    }

    /** The log-sum-exp of a row times log₂ e; −∞ where it saw nothing. */
    private float highest(int row) {
      long index = (long) row % heads() * part.queryTokens() + row / heads();
      float logSumExp = get(memory, logSumExps() + index);
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
      if (kept != 1) {
        scale(partial, to, kept);
      }
      long from = added() + (long) row * valueWidth();
      set(memory, factor(), share);
      bodies
          .products()
          .addWeighted(memory, factor(), memory, from, valueWidth(), 1, partial, to, valueWidth());
    }

    private void scale(MemorySegment x, long at, float by) {
      set(memory, factor(), by);
      bodies.elementwise().binary(BinaryOp.MUL, x, at, 1, memory, factor(), 0, x, at, valueWidth());
    }

    private static float get(MemorySegment from, long index) {
      return from.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    private static void set(MemorySegment to, long index, float value) {
      to.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }
  }
}
