package io.mla4j.kernels.paged;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The Java twin, in float32 on the loops of the kernels: with the Vector API where the JVM has it.
 * A tile of one key head is brought to float32 once for all query rows that share it.
 */
record JavaPaged(KernelBodies bodies) implements PagedBody {

  private static final int TILE = 64;
  private static final float LOG2_E = 1.442695f;

  @Override
  public String description() {
    return bodies.description();
  }

  @Override
  public boolean supports(ElementType type) {
    return true;
  }

  /**
   * A part and its working memory: keys [TILE, D], values [TILE, V], scores [TILE] and a scalar. A
   * row is a query token and head, as in the result.
   */
  private record Work(
      PagedTask task,
      PagedPart part,
      MemorySegment memory,
      MemorySegment partial,
      float[] highest,
      float[] total) {

    long values() {
      return (long) TILE * task.shape().width();
    }

    long scores() {
      return values() + (long) TILE * task.shape().valueWidth();
    }

    long scalar() {
      return scores() + TILE;
    }

    static long elements(PagedShape shape) {
      return (long) TILE * (shape.width() + shape.valueWidth() + 1) + 1;
    }

    /** Where the sums of a row lie. */
    long sums(int row) {
      return part.partial() + (long) row * task.shape().valueWidth();
    }
  }

  @Override
  public void run(PagedTask task, PagedPart part, MemorySegment partial) {
    int rows = part.queryTokens() * task.shape().heads();
    try (Scratch.Loan loan = bodies.scratch().borrow(Work.elements(task.shape()))) {
      Work work = new Work(task, part, loan.memory(), partial, new float[rows], new float[rows]);
      Arrays.fill(work.highest, Float.NEGATIVE_INFINITY);
      long width = (long) rows * task.shape().valueWidth();
      partial.asSlice(part.partial() * Float.BYTES, width * Float.BYTES).fill((byte) 0);
      for (int first = part.from(); first < part.to(); first += TILE) {
        takeTile(work, first, Math.min(TILE, part.to() - first));
      }
      for (int row = 0; row < rows; row++) {
        Floats.set(partial, part.partial() + width + row, work.highest[row] * LOG2_E);
        Floats.set(partial, part.partial() + width + rows + row, work.total[row]);
      }
    }
  }

  private void takeTile(Work work, int first, int count) {
    PagedShape shape = work.task.shape();
    for (int group = 0; group < shape.keyHeads(); group++) {
      widen(work, group, first, count);
      for (int t = 0; t < work.part.queryTokens(); t++) {
        int token = work.part.firstQuery() + t;
        PagedPlan plan = work.task.plan();
        int from = (int) Math.clamp(plan.first(work.part.sequence(), token) - first, 0, count);
        int to = (int) Math.clamp(plan.end(work.part.sequence(), token) - first, 0, count);
        for (int h = 0; from < to && h < shape.sharing(); h++) {
          takeRow(work, t * shape.heads() + group * shape.sharing() + h, from, to - from);
        }
      }
    }
  }

  /** Brings one key head of a tile to float32. */
  private void widen(Work work, int group, int first, int count) {
    PagedTask task = work.task;
    int width = task.shape().width();
    int valueWidth = task.shape().valueWidth();
    for (int i = 0; i < count; i++) {
      long token = place(work, first + i);
      long key = token * task.keyToken() + (long) group * width;
      long value = token * task.valueToken() + (long) group * valueWidth;
      widen(work, task.pool().keys(), key, (long) i * width, width);
      widen(work, task.pool().values(), value, work.values() + (long) i * valueWidth, valueWidth);
    }
  }

  /** Where a token stands in the pool. */
  private static long place(Work work, int token) {
    int blockTokens = work.task.pool().blockTokens();
    long at = work.task.tableOffset(work.part) + token / blockTokens;
    long block = work.task.table().getAtIndex(JAVA_INT, at);
    return block * blockTokens + token % blockTokens;
  }

  private void widen(Work work, MemorySegment from, long element, long to, int count) {
    switch (work.task.pool().type()) {
      case FLOAT32 ->
          MemorySegment.copy(
              from,
              element * Float.BYTES,
              work.memory,
              to * Float.BYTES,
              (long) count * Float.BYTES);
      case BF16 -> bodies.conversions().widen(from, element * Short.BYTES, work.memory, to, count);
    }
  }

  /** Takes {@code count} tokens of the tile from {@code from} on into one row. */
  private void takeRow(Work work, int row, int from, int count) {
    score(work, row, from, count);
    MemorySegment memory = work.memory;
    float before = work.highest[row];
    float highest = Math.max(before, bodies.rows().max(memory, work.scores(), count));
    if (highest == Float.NEGATIVE_INFINITY) {
      return;
    }
    combine(work, BinaryOp.SUB, memory, work.scores(), highest, count);
    bodies.elementwise().unary(UnaryOp.EXP, memory, work.scores(), memory, work.scores(), count);
    float shrink = (float) Math.exp(before - highest);
    float sum = bodies.rows().sum(memory, work.scores(), count);
    work.total[row] = work.total[row] * shrink + sum;
    work.highest[row] = highest;
    addValues(work, row, from, count, shrink);
  }

  private void score(Work work, int row, int from, int count) {
    int width = work.task.shape().width();
    bodies
        .products()
        .dots(
            work.task.queries(),
            work.task.queryOffset(work.part) + (long) row * width,
            work.memory,
            (long) from * width,
            width,
            count,
            width,
            work.memory,
            work.scores(),
            1);
    combine(work, BinaryOp.MUL, work.memory, work.scores(), work.task.scale(), count);
  }

  private void addValues(Work work, int row, int from, int count, float shrink) {
    int width = work.task.shape().valueWidth();
    if (shrink != 1) {
      combine(work, BinaryOp.MUL, work.partial, work.sums(row), shrink, width);
    }
    bodies
        .products()
        .addWeighted(
            work.memory,
            work.scores(),
            work.memory,
            work.values() + (long) from * width,
            width,
            count,
            work.partial,
            work.sums(row),
            width);
  }

  /** {@code x = op(x, scalar)}. */
  private void combine(
      Work work, BinaryOp op, MemorySegment x, long from, float scalar, int count) {
    Floats.set(work.memory, work.scalar(), scalar);
    bodies.elementwise().binary(op, x, from, 1, work.memory, work.scalar(), 0, x, from, count);
  }
}
