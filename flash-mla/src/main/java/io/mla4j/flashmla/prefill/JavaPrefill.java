package io.mla4j.flashmla.prefill;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.body.StripMask;
import io.mla4j.kernels.body.StripValues;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * The Java twin, in float32 on the loops of the kernels: with the Vector API where the JVM has it.
 * Query rows are the lanes of both products, as in the C twin.
 */
public final class JavaPrefill implements PrefillTwin {

  /** Keys at once. */
  private static final int TILE = 128;

  private final KernelBodies bodies;
  private final ProductBodies products;
  private final SoftmaxBodies softmax;
  private final int lanes;

  public JavaPrefill(KernelBodies bodies) {
    this.bodies = bodies;
    this.products = bodies.products();
    this.softmax = bodies.softmax();
    this.lanes = products.lanes();
  }

  @Override
  public String description() {
    return bodies.description();
  }

  @Override
  public boolean supports(ElementType type) {
    return true;
  }

  /** Where everything lies in working memory, in elements. A strip is as many rows as lanes. */
  private record Work(PrefillTask task, PrefillBlock block, MemorySegment memory, int lanes) {

    int width() {
      return task.shape().width();
    }

    int valueWidth() {
      return task.shape().valueWidth();
    }

    int rows() {
      return block.rows(task.shape());
    }

    int strips() {
      return (rows() + lanes - 1) / lanes;
    }

    /** [TILE, D]. */
    long keys() {
      return 0;
    }

    /** [TILE, V]. */
    long values() {
      return (long) TILE * width();
    }

    /** [TILE, lanes]. */
    long scores() {
      return values() + (long) TILE * valueWidth();
    }

    /** [V, lanes]: what one tile adds. */
    long added() {
      return scores() + (long) TILE * lanes;
    }

    /** [D, lanes] of a strip. */
    long queries(int strip) {
      return added() + (long) valueWidth() * lanes + strip * stripElements();
    }

    /** [V, lanes]. */
    long sums(int strip) {
      return queries(strip) + (long) width() * lanes;
    }

    /** [3, lanes]: highest scores, sums of weights, and what sums so far shrink by. */
    long state(int strip) {
      return sums(strip) + (long) valueWidth() * lanes;
    }

    long stripElements() {
      return (long) (width() + valueWidth() + 3) * lanes;
    }

    long elements() {
      return queries(strips());
    }

    void set(long index, float value) {
      memory.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }

    float get(long index) {
      return memory.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    void fill(long index, long count, float value) {
      for (long i = index; i < index + count; i++) {
        set(i, value);
      }
    }

    int head(int row) {
      return task.firstHead(block) + row % task.shape().headsPerKey();
    }

    int token(int row) {
      return row / task.shape().headsPerKey();
    }

    /** Keys that a row sees; rows see no less than those before them. */
    int visible(int row) {
      return task.visible(block, token(row));
    }
  }

  @Override
  public void run(PrefillTask task, PrefillBlock block) {
    long elements = new Work(task, block, MemorySegment.NULL, lanes).elements();
    try (Scratch.Loan loan = bodies.scratch().borrow(elements)) {
      Work work = new Work(task, block, loan.memory(), lanes);
      begin(work);
      int end = work.visible(work.rows() - 1);
      for (int first = 0; first < end; first += TILE) {
        int count = Math.min(TILE, end - first);
        bring(work, task.keys(), work.width(), first, count, work.keys());
        bring(work, task.values(), work.valueWidth(), first, count, work.values());
        for (int strip = 0; strip < work.strips(); strip++) {
          take(work, strip, first, count);
        }
      }
      write(work);
    }
  }

  private void begin(Work work) {
    PrefillTask task = work.task;
    float scale = (float) task.scale();
    for (int strip = 0; strip < work.strips(); strip++) {
      work.fill(work.queries(strip), work.stripElements(), 0);
      work.fill(work.state(strip), work.lanes, Float.NEGATIVE_INFINITY);
    }
    for (int row = 0; row < work.rows(); row++) {
      long from = task.queries().index(work.block.firstQuery() + work.token(row), work.head(row));
      long to = work.queries(row / work.lanes) + row % work.lanes;
      for (int d = 0; d < work.width(); d++) {
        work.set(to + (long) d * work.lanes, element(task.queries(), from + d) * scale);
      }
    }
  }

  private static float element(TokenRows rows, long index) {
    return switch (rows.type()) {
      case FLOAT32 -> rows.memory().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
      case BF16 -> Bf16.toFloat(rows.memory().get(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES));
    };
  }

  /** Brings a tile of keys or values to float32, one after another. */
  private void bring(Work work, TokenRows rows, int width, int first, int count, long to) {
    for (int t = 0; t < count; t++) {
      long token = (long) work.block.firstKey() + first + t;
      long from = rows.index(token, work.block.keyHead()) * rows.type().bytes();
      long at = to + (long) t * width;
      switch (rows.type()) {
        case FLOAT32 ->
            MemorySegment.copy(
                rows.memory(), from, work.memory, at * Float.BYTES, (long) width * Float.BYTES);
        case BF16 -> bodies.conversions().widen(rows.memory(), from, work.memory, at, width);
      }
    }
  }

  /** Takes a tile of keys into one strip of rows. */
  private void take(Work work, int strip, int first, int most) {
    int lastRow = Math.min(work.rows(), (strip + 1) * lanes) - 1;
    int count = Math.min(most, work.visible(lastRow) - first);
    if (count <= 0) {
      return; // none of the rows sees this tile
    }
    MemorySegment m = work.memory;
    int width = work.valueWidth();
    products.tile(
        m,
        work.keys(),
        work.width(),
        1,
        count,
        m,
        work.queries(strip),
        work.width(),
        m,
        work.scores(),
        lanes);
    StripMask mask = mask(work, strip, first, count);
    mask.hide(m, work.scores(), lanes);
    boolean shrinks = softmax.take(m, work.scores(), count, m, work.state(strip));
    new StripValues(m, work.values(), width, width)
        .sum(products, mask, m, work.scores(), work.added());
    if (shrinks) {
      softmax.scaleLanes(m, work.sums(strip), width, m, work.state(strip) + 2L * lanes);
    }
    bodies
        .elementwise()
        .binary(
            BinaryOp.ADD,
            m,
            work.sums(strip),
            1,
            m,
            work.added(),
            1,
            m,
            work.sums(strip),
            width * lanes);
  }

  private static StripMask mask(Work work, int strip, int first, int count) {
    int firstRow = strip * work.lanes;
    int end = Math.min(work.rows(), firstRow + work.lanes);
    StripMask mask = new StripMask(end - firstRow, count);
    for (int row = firstRow; row < end && work.visible(row) < first + count; row++) {
      mask.limit(row - firstRow, 0, work.visible(row) - first);
    }
    return mask;
  }

  private static void write(Work work) {
    for (int row = 0; row < work.rows(); row++) {
      int strip = row / work.lanes;
      int lane = row % work.lanes;
      double total = work.get(work.state(strip) + work.lanes + lane);
      double highest = work.get(work.state(strip) + lane);
      long token = (long) work.block.firstQuery() + work.token(row);
      long lse = (long) work.head(row) * work.task.metadata().queryTokens() + token;
      float logSumExp = total == 0 ? Float.POSITIVE_INFINITY : (float) (highest + Math.log(total));
      MemorySegment logSumExps = work.task.result().logSumExp();
      logSumExps.set(JAVA_FLOAT_UNALIGNED, lse * Float.BYTES, logSumExp);
      TokenRows out = work.task.result().out();
      long to = out.index(token, work.head(row));
      float factor = total == 0 ? 0 : (float) (1 / total);
      for (int v = 0; v < work.valueWidth(); v++) {
        float sum = work.get(work.sums(strip) + (long) v * work.lanes + lane);
        write(out, to + v, sum * factor);
      }
    }
  }

  private static void write(TokenRows out, long index, float value) {
    switch (out.type()) {
      case FLOAT32 -> out.memory().set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
      case BF16 -> out.memory().set(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES, Bf16.of(value));
    }
  }
}
