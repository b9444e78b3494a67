package io.mla4j.flashmla.indexer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.StoredRow;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.ProductBodies;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The Java twin, in float32 on the loops of the kernels: with the Vector API where the JVM has it.
 * Keys are the lanes, as in the C twin, so that the sum over heads stays in its lane.
 */
public final class JavaIndexer implements IndexerTwin {

  private final KernelBodies bodies;
  private final ProductBodies products;
  private final int lanes;

  public JavaIndexer(KernelBodies bodies) {
    this.bodies = bodies;
    this.products = bodies.products();
    this.lanes = products.lanes();
  }

  @Override
  public String description() {
    return bodies.description();
  }

  @Override
  public boolean supports(CacheFormat format) {
    return true;
  }

  /** Where everything lies in working memory, in elements. */
  private record Work(
      IndexerTask task,
      IndexerPart part,
      MemorySegment memory,
      int lanes,
      float[] weights,
      float[] products,
      float[] sums) {

    static Work of(IndexerTask task, IndexerPart part, MemorySegment memory, int lanes) {
      int heads = task.shape().heads();
      return new Work(
          task,
          part,
          memory,
          lanes,
          new float[part.queryTokens() * heads],
          new float[heads * lanes],
          new float[lanes]);
    }

    int heads() {
      return task.shape().heads();
    }

    int width() {
      return task.shape().width();
    }

    /** [H, D] of a token. */
    long queries(int token) {
      return (long) token * heads() * width();
    }

    /** [D]. */
    long key() {
      return queries(part.queryTokens());
    }

    /** [D, lanes]. */
    long panel() {
      return key() + width();
    }

    /** [H, lanes]. */
    long scores() {
      return panel() + (long) width() * lanes;
    }

    long elements() {
      return scores() + (long) heads() * lanes;
    }

    void set(long index, float value) {
      memory.set(JAVA_FLOAT_UNALIGNED, index * Float.BYTES, value);
    }

    float get(long index) {
      return memory.get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
    }

    /** Keys of the part, from {@code first} on, that a token sees. */
    int seen(int token, int first) {
      int visible = task.metadata().visible(part.sequence(), part.firstQuery() + token);
      return Math.min(visible, part.to()) - first;
    }
  }

  @Override
  public void run(IndexerTask task, IndexerPart part, MemorySegment scores, long firstRow) {
    long elements = Work.of(task, part, MemorySegment.NULL, lanes).elements();
    try (Scratch.Loan loan = bodies.scratch().borrow(elements)) {
      Work work = Work.of(task, part, loan.memory(), lanes);
      begin(work);
      long row = (task.row(part) - firstRow) * task.metadata().longest();
      for (int first = part.from(); first < part.to(); first += lanes) {
        bring(work, first);
        for (int token = 0; token < part.queryTokens(); token++) {
          int seen = Math.min(lanes, work.seen(token, first));
          if (seen > 0) {
            score(work, token);
            long to = row + (long) token * task.metadata().longest() + first;
            MemorySegment.copy(work.sums, 0, scores, JAVA_FLOAT_UNALIGNED, to * Float.BYTES, seen);
          }
        }
      }
    }
  }

  private static void begin(Work work) {
    IndexerQueries queries = work.task.queries();
    long row = work.task.row(work.part) * work.heads();
    MemorySegment.copy(
        queries.weights(),
        JAVA_FLOAT_UNALIGNED,
        row * Float.BYTES,
        work.weights,
        0,
        work.weights.length);
    long from = row * work.width();
    for (long i = 0; i < work.key(); i++) {
      work.set(i, element(queries, from + i));
    }
  }

  private static float element(IndexerQueries queries, long index) {
    return switch (queries.type()) {
      case FLOAT32 -> queries.memory().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
      case BF16 -> Bf16.toFloat(queries.memory().get(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES));
    };
  }

  /** Brings some keys to float32 and side by side, zeros where there is none. */
  private void bring(Work work, int first) {
    IndexerTask task = work.task;
    int width = work.width();
    for (int lane = 0; lane < lanes; lane++) {
      boolean present = first + lane < work.part.to();
      if (present) {
        long token = task.poolToken(work.part.sequence(), first + lane);
        StoredRow.widen(
            bodies, task.cache(), token * task.keyBytes(), width, width, work.memory, work.key());
      }
      for (int d = 0; d < width; d++) {
        work.set(work.panel() + (long) d * lanes + lane, present ? work.get(work.key() + d) : 0);
      }
    }
  }

  /** Leaves the scores of a token for the keys that were brought in {@link Work#sums}. */
  private void score(Work work, int token) {
    MemorySegment m = work.memory;
    int heads = work.heads();
    products.tile(
        m,
        work.queries(token),
        work.width(),
        1,
        heads,
        m,
        work.panel(),
        work.width(),
        m,
        work.scores(),
        lanes);
    MemorySegment.copy(
        m,
        JAVA_FLOAT_UNALIGNED,
        work.scores() * Float.BYTES,
        work.products,
        0,
        work.products.length);
    Arrays.fill(work.sums, 0);
    for (int head = 0; head < heads; head++) {
      add(work.products, head * lanes, work.weights[token * heads + head], work.sums);
    }
  }

  private static void add(float[] products, int from, float weight, float[] sums) {
    for (int lane = 0; lane < sums.length; lane++) {
      sums[lane] += weight * Math.max(products[from + lane], 0);
    }
  }
}
