package io.mla4j.kernels.attention;

import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.scalar.FloatMath;
import java.lang.foreign.MemorySegment;

/**
 * Attention of few queries over one key head, as in decoding: a block of keys stays in the cache
 * while every row reads it.
 */
final class RowAttention {

  private final ProductBodies products;
  private final ElementwiseBodies elementwise;
  private final RowBodies rows;
  private final Scratch scratch;

  RowAttention(KernelBodies bodies, Scratch scratch) {
    this.products = bodies.products();
    this.elementwise = bodies.elementwise();
    this.rows = bodies.rows();
    this.scratch = scratch;
  }

  /**
   * Rows over one key head and their working memory: one block of scores, one scalar, then each
   * row's maximum and sum.
   */
  private record Task(AttentionJob job, long batch, long group, long row, MemorySegment memory) {

    static final long SCALAR = AttentionJob.BLOCK;
    static final long STATE = SCALAR + 1;

    long max(long r) {
      return STATE + 2 * (r - row);
    }

    long sum(long r) {
      return max(r) + 1;
    }

    int valueWidth() {
      return (int) job.value().width();
    }

    long outIndex(long r) {
      return job.outIndex(batch, group, r);
    }
  }

  /** Tasks, each all rows of a batch entry and key head. */
  void run(AttentionJob job, long from, long to) {
    for (long task = from; task < to; task++) {
      run(job, task / job.key().heads(), task % job.key().heads(), 0, job.rows());
    }
  }

  private void run(AttentionJob job, long batch, long group, long row, long endRow) {
    try (Scratch.Loan loan = scratch.borrow(Task.STATE + 2 * (endRow - row))) {
      Task task = new Task(job, batch, group, row, loan.memory());
      for (long r = row; r < endRow; r++) {
        Floats.set(task.memory(), task.max(r), Float.NEGATIVE_INFINITY);
        Floats.set(task.memory(), task.sum(r), 0);
        Floats.clear(job.out().memory(), task.outIndex(r), task.valueWidth());
      }
      long end = job.endKey(endRow - 1);
      for (long s = job.firstKey(row); s < end; s += AttentionJob.BLOCK) {
        long blockEnd = Math.min(end, s + AttentionJob.BLOCK);
        for (long r = row; r < endRow; r++) {
          takeBlock(task, r, Math.max(s, job.firstKey(r)), Math.min(blockEnd, job.endKey(r)));
        }
      }
      for (long r = row; r < endRow; r++) {
        divide(task, r);
      }
    }
  }

  private void takeBlock(Task task, long row, long from, long to) {
    if (from >= to) {
      return;
    }
    int count = (int) (to - from);
    score(task, row, from, count);
    float before = Floats.get(task.memory(), task.max(row));
    float max = Math.max(before, rows.max(task.memory(), 0, count));
    if (max == Float.NEGATIVE_INFINITY) {
      return; // padding hides the whole block
    }
    exponentials(task, max, count);
    float factor = FloatMath.exp(before - max);
    float sum = Floats.get(task.memory(), task.sum(row));
    Floats.set(task.memory(), task.sum(row), sum * factor + rows.sum(task.memory(), 0, count));
    Floats.set(task.memory(), task.max(row), max);
    addValues(task, row, from, count, factor);
  }

  private void score(Task task, long row, long from, int count) {
    AttentionJob job = task.job();
    Heads key = job.key();
    products.dots(
        job.query().memory(),
        job.queryIndex(task.batch(), task.group(), row),
        key.memory(),
        key.index(task.batch(), from, task.group()),
        key.tokenStride(),
        count,
        (int) key.width(),
        task.memory(),
        0,
        1);
    times(task, task.memory(), 0, job.scale(), count);
    for (int k = 0; k < count; k++) {
      if (job.hiddenFromAll(task.batch(), from + k)) {
        Floats.set(task.memory(), k, Float.NEGATIVE_INFINITY);
      }
    }
  }

  private void exponentials(Task task, float max, int count) {
    MemorySegment memory = task.memory();
    Floats.set(memory, Task.SCALAR, max);
    elementwise.binary(BinaryOp.SUB, memory, 0, 1, memory, Task.SCALAR, 0, memory, 0, count);
    elementwise.unary(UnaryOp.EXP, memory, 0, memory, 0, count);
  }

  private void addValues(Task task, long row, long from, int count, float factor) {
    MemorySegment out = task.job().out().memory();
    if (factor != 1) {
      times(task, out, task.outIndex(row), factor, task.valueWidth());
    }
    for (int key = 0; key < count; ) {
      int end = endOfRun(task, from, key, count);
      if (end > key) {
        addSeen(task, row, from, key, end);
      }
      key = end + 1;
    }
  }

  /** The first hidden key of a block from {@code key} on, or the end of the block. */
  private static int endOfRun(Task task, long from, int key, int count) {
    int end = key;
    while (end < count && !task.job().hiddenFromAll(task.batch(), from + end)) {
      end++;
    }
    return end;
  }

  private void addSeen(Task task, long row, long from, int first, int end) {
    Heads value = task.job().value();
    products.addWeighted(
        task.memory(),
        first,
        value.memory(),
        value.index(task.batch(), from + first, task.group()),
        value.tokenStride(),
        end - first,
        task.job().out().memory(),
        task.outIndex(row),
        task.valueWidth());
  }

  private void divide(Task task, long row) {
    float sum = Floats.get(task.memory(), task.sum(row));
    if (sum != 0) {
      MemorySegment out = task.job().out().memory();
      times(task, out, task.outIndex(row), 1 / sum, task.valueWidth());
    }
  }

  private void times(Task task, MemorySegment x, long from, float factor, int count) {
    Floats.set(task.memory(), Task.SCALAR, factor);
    elementwise.binary(BinaryOp.MUL, x, from, 1, task.memory(), Task.SCALAR, 0, x, from, count);
  }
}
