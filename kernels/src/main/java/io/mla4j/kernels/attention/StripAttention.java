package io.mla4j.kernels.attention;

import io.mla4j.kernels.body.AttentionBody;
import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.body.StripMask;
import io.mla4j.kernels.body.StripValues;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Attention of many queries over one key head. The queries are packed as the strip of a product, so
 * that every lane is a query: scores come out as [keys, lanes], which is the strip of the second
 * product as it stands, and maxima and sums need no reduction across lanes.
 */
public final class StripAttention implements AttentionBody {

  private final ProductBodies products;
  private final ElementwiseBodies elementwise;
  private final SoftmaxBodies softmax;
  private final Scratch scratch;
  private final int lanes;

  StripAttention(KernelBodies bodies, Scratch scratch) {
    this.products = bodies.products();
    this.elementwise = bodies.elementwise();
    this.softmax = bodies.softmax();
    this.scratch = scratch;
    this.lanes = products.lanes();
  }

  /**
   * One strip of queries and where its parts lie in working memory: the packed queries [D, lanes],
   * the scores [keys, lanes], the result so far [V, lanes], one block's part of it, and the state
   * of the softmax [3, lanes].
   */
  private record Strip(
      AttentionJob job,
      long batch,
      long group,
      long row,
      long endRow,
      MemorySegment memory,
      int lanes) {

    int depth() {
      return (int) job.query().width();
    }

    int valueWidth() {
      return (int) job.value().width();
    }

    long scores() {
      return (long) depth() * lanes;
    }

    long result() {
      return scores() + (long) AttentionJob.BLOCK * lanes;
    }

    long part() {
      return result() + (long) valueWidth() * lanes;
    }

    long state() {
      return part() + (long) valueWidth() * lanes;
    }

    static long elements(AttentionJob job, int lanes) {
      long widths = job.query().width() + 2 * job.value().width();
      return (widths + AttentionJob.BLOCK + 3) * lanes;
    }
  }

  @Override
  public int taskRows() {
    return lanes;
  }

  @Override
  public void run(AttentionJob job, long pieces, long from, long to) {
    for (long task = from; task < to; task++) {
      long pair = task / pieces;
      long row = task % pieces * lanes;
      long endRow = Math.min(job.rows(), row + lanes);
      run(job, pair / job.key().heads(), pair % job.key().heads(), row, endRow);
    }
  }

  /** Rows {@code row} up to and without {@code endRow}, at most as many as there are lanes. */
  private void run(AttentionJob job, long batch, long group, long row, long endRow) {
    try (Scratch.Loan loan = scratch.borrow(Strip.elements(job, lanes))) {
      Strip strip = new Strip(job, batch, group, row, endRow, loan.memory(), lanes);
      packQueries(strip);
      Floats.fill(strip.memory(), strip.state(), lanes, Float.NEGATIVE_INFINITY);
      Floats.fill(strip.memory(), strip.state() + lanes, lanes, 0);
      boolean any = takeKeys(strip);
      write(strip, any);
    }
  }

  private void packQueries(Strip strip) {
    Heads query = strip.job().query();
    Floats.fill(strip.memory(), 0, strip.scores(), 0);
    for (long row = strip.row(); row < strip.endRow(); row++) {
      long from = strip.job().queryIndex(strip.batch(), strip.group(), row);
      long to = row - strip.row();
      for (int d = 0; d < strip.depth(); d++) {
        float scaled = Floats.get(query.memory(), from + d) * strip.job().scale();
        Floats.set(strip.memory(), to + (long) d * lanes, scaled);
      }
    }
  }

  /** Returns whether any block was taken. */
  private boolean takeKeys(Strip strip) {
    AttentionJob job = strip.job();
    long first = job.firstKey(strip.row());
    long end = job.endKey(strip.endRow() - 1);
    boolean any = false;
    for (long s = first; s < end; s += AttentionJob.BLOCK) {
      int count = (int) Math.min(AttentionJob.BLOCK, end - s);
      if (!job.allHidden(strip.batch(), s, s + count)) {
        StripMask mask = mask(strip, s, count);
        score(strip, s, count);
        mask.hide(strip.memory(), strip.scores(), lanes);
        addValues(strip, s, mask, any);
        any = true;
      }
    }
    return any;
  }

  private void score(Strip strip, long first, int count) {
    Heads key = strip.job().key();
    products.tile(
        key.memory(),
        key.index(strip.batch(), first, strip.group()),
        key.tokenStride(),
        1,
        count,
        strip.memory(),
        0,
        strip.depth(),
        strip.memory(),
        strip.scores(),
        lanes);
  }

  private static StripMask mask(Strip strip, long first, int count) {
    AttentionJob job = strip.job();
    StripMask mask = new StripMask((int) (strip.endRow() - strip.row()), count);
    if (job.firstKey(strip.endRow() - 1) > first || job.endKey(strip.row()) < first + count) {
      for (long row = strip.row(); row < strip.endRow(); row++) {
        mask.limit((int) (row - strip.row()), job.firstKey(row) - first, job.endKey(row) - first);
      }
    }
    for (int k = 0; k < count; k++) {
      if (job.hiddenFromAll(strip.batch(), first + k)) {
        mask.hideFromAll(k);
      }
    }
    return mask;
  }

  private void addValues(Strip strip, long first, StripMask mask, boolean more) {
    MemorySegment memory = strip.memory();
    boolean shrinks = softmax.take(memory, strip.scores(), mask.keys(), memory, strip.state());
    int width = strip.valueWidth();
    Heads value = strip.job().value();
    long from = value.index(strip.batch(), first, strip.group());
    new StripValues(value.memory(), from, value.tokenStride(), width)
        .sum(products, mask, memory, strip.scores(), more ? strip.part() : strip.result());
    if (more) {
      if (shrinks) {
        softmax.scaleLanes(memory, strip.result(), width, memory, strip.state() + 2L * lanes);
      }
      elementwise.binary(
          BinaryOp.ADD,
          memory,
          strip.result(),
          1,
          memory,
          strip.part(),
          1,
          memory,
          strip.result(),
          width * lanes);
    }
  }

  private void write(Strip strip, boolean any) {
    Heads out = strip.job().out();
    for (long row = strip.row(); row < strip.endRow(); row++) {
      long to = strip.job().outIndex(strip.batch(), strip.group(), row);
      long lane = row - strip.row();
      float sum = Floats.get(strip.memory(), strip.state() + lanes + lane);
      float factor = sum == 0 ? 0 : 1 / sum;
      if (!any) {
        Floats.clear(out.memory(), to, strip.valueWidth());
        continue;
      }
      for (int v = 0; v < strip.valueWidth(); v++) {
        long from = strip.result() + (long) v * lanes + lane;
        Floats.set(out.memory(), to + v, Floats.get(strip.memory(), from) * factor);
      }
    }
  }
}
