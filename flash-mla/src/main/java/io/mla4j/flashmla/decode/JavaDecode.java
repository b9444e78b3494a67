package io.mla4j.flashmla.decode;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.StoredRow;
import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.body.SoftmaxBodies;
import io.mla4j.kernels.body.StripBodies;
import io.mla4j.kernels.body.StripMask;
import io.mla4j.kernels.body.StripValues;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The Java twin, in float32 on the loops of the kernels: with the Vector API where the JVM has it.
 * Query rows are the lanes of both products, as in the C twin, so that a tile of tokens is widened
 * once and used as it lies for scores and for values.
 */
public final class JavaDecode implements DecodeTwin {

  private static final float LOG2_E = 1.442695f;

  private final KernelBodies bodies;

  public JavaDecode(KernelBodies bodies) {
    this.bodies = bodies;
  }

  @Override
  public String description() {
    return bodies.description();
  }

  @Override
  public boolean supports(CacheFormat format) {
    return true;
  }

  /** Where everything lies in working memory, in elements. A strip is as many rows as lanes. */
  private record Work(
      DecodeTask task, DecodePart part, MemorySegment memory, StripBodies bodies, int lanes) {

    static Work of(DecodeTask task, DecodePart part, MemorySegment memory, StripBodies bodies) {
      return new Work(task, part, memory, bodies, bodies.lanes());
    }

    int width() {
      return task.shape().width();
    }

    int valueWidth() {
      return task.shape().valueWidth();
    }

    int rows() {
      return part.rows(task.shape());
    }

    int strips() {
      return (rows() + lanes - 1) / lanes;
    }

    /** [TILE, D]. */
    long keys() {
      return 0;
    }

    /** [TILE, lanes]. */
    long scores() {
      return (long) MlaMetadata.TILE * width();
    }

    /** [V, lanes]: what one tile adds. */
    long added() {
      return scores() + (long) MlaMetadata.TILE * lanes;
    }

    /** [D, lanes] of a strip. */
    long queries(int strip) {
      return added() + (long) valueWidth() * lanes + (long) strip * stripElements();
    }

    /** [V, lanes]. */
    long sums(int strip) {
      return queries(strip) + (long) width() * lanes;
    }

    /** [3, lanes]: highest scores, sums of weights, and what sums so far shrink by. */
    long state(int strip) {
      return sums(strip) + (long) valueWidth() * lanes;
    }

    private long stripElements() {
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

    /** Tokens that a query row sees. */
    long visible(int row) {
      int token = row / task.shape().headsPerKey();
      return task.visible(part) + (task.causal() ? token : 0);
    }
  }

  @Override
  public void run(DecodeTask task, DecodePart part, MemorySegment partial) {
    StripBodies strips = bodies.strips(part.rows(task.shape()));
    long elements = Work.of(task, part, MemorySegment.NULL, strips).elements();
    try (Scratch.Loan loan = bodies.scratch().borrow(elements)) {
      Work work = Work.of(task, part, loan.memory(), strips);
      begin(work);
      for (int from = part.from(); from < part.to(); from += MlaMetadata.TILE) {
        int count = Math.min(MlaMetadata.TILE, part.to() - from);
        boolean[] present = widen(work, from, count);
        for (int strip = 0; strip < work.strips(); strip++) {
          take(work, strip, from, present);
        }
      }
      write(work, partial);
    }
  }

  private static void begin(Work work) {
    Queries queries = work.task.queries();
    long offset = work.task.queryOffset(work.part);
    int heads = work.task.shape().headsPerKey();
    float scale = (float) work.task.options().scale();
    for (int strip = 0; strip < work.strips(); strip++) {
      work.fill(work.queries(strip), (long) (work.width() + work.valueWidth() + 3) * work.lanes, 0);
      work.fill(work.state(strip), work.lanes, Float.NEGATIVE_INFINITY);
    }
    for (int row = 0; row < work.rows(); row++) {
      long token = offset + row / heads * work.task.queryTokenStride();
      long from = token + (long) (row % heads) * work.width();
      long to = work.queries(row / work.lanes) + row % work.lanes;
      for (int d = 0; d < work.width(); d++) {
        work.set(to + (long) d * work.lanes, element(queries, from + d) * scale);
      }
    }
  }

  private static float element(Queries queries, long index) {
    return switch (queries.type()) {
      case FLOAT32 -> queries.memory().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
      case BF16 -> Bf16.toFloat(queries.memory().get(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES));
    };
  }

  /** Brings a tile of tokens to float32; returns which there are. */
  private boolean[] widen(Work work, int first, int count) {
    boolean[] present = new boolean[count];
    for (int t = 0; t < count; t++) {
      long to = work.keys() + (long) t * work.width();
      long token = token(work, first + t);
      present[t] = token >= 0;
      if (token < 0) {
        work.fill(to, work.width(), 0);
      } else {
        long from = token * work.task.tokenBytes() + work.task.keyHeadOffset(work.part);
        StoredRow.widen(
            bodies, work.task.cache(), from, work.width(), work.valueWidth(), work.memory, to);
      }
    }
    return present;
  }

  /** Where the token stands in the pool, or −1. */
  private static long token(Work work, int index) {
    DecodeTask task = work.task;
    long row = task.positionsOffset(work.part);
    if (task.metadata().isSparse()) {
      return position(task, row + index);
    }
    int blockTokens = task.cache().blockTokens();
    long block = position(task, row + index / blockTokens);
    return block * blockTokens + index % blockTokens;
  }

  private static int position(DecodeTask task, long index) {
    return task.positions().get(JAVA_INT_UNALIGNED, index * Integer.BYTES);
  }

  /** Takes a tile of tokens into one strip of rows. */
  private void take(Work work, int strip, int first, boolean[] present) {
    MemorySegment m = work.memory;
    ProductBodies products = work.bodies.products();
    SoftmaxBodies softmax = work.bodies.softmax();
    int lanes = work.lanes;
    int count = present.length;
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
    StripMask mask = mask(work, strip, first, present);
    mask.hide(m, work.scores(), lanes);
    boolean shrinks = softmax.take(m, work.scores(), count, m, work.state(strip));
    int width = work.valueWidth();
    new StripValues(m, work.keys(), work.width(), width)
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

  private static StripMask mask(Work work, int strip, int first, boolean[] present) {
    int firstRow = strip * work.lanes;
    int end = Math.min(work.rows(), firstRow + work.lanes);
    StripMask mask = new StripMask(end - firstRow, present.length);
    for (int t = 0; t < present.length; t++) {
      if (!present[t]) {
        mask.hideFromAll(t);
      }
    }
    // Rows are in the order of query tokens: the first sees least.
    for (int row = firstRow; row < end && work.visible(row) < first + present.length; row++) {
      mask.limit(row - firstRow, 0, work.visible(row) - first);
    }
    return mask;
  }

  private static void write(Work work, MemorySegment partial) {
    int width = work.valueWidth();
    long highest = work.part.partial() + (long) work.rows() * width;
    for (int row = 0; row < work.rows(); row++) {
      int strip = row / work.lanes;
      int lane = row % work.lanes;
      long to = work.part.partial() + (long) row * width;
      for (int v = 0; v < width; v++) {
        set(partial, to + v, work.get(work.sums(strip) + (long) v * work.lanes + lane));
      }
      set(partial, highest + row, work.get(work.state(strip) + lane) * LOG2_E);
      set(partial, highest + work.rows() + row, work.get(work.state(strip) + work.lanes + lane));
    }
  }

  private static void set(MemorySegment memory, long index, float value) {
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
  }
}
