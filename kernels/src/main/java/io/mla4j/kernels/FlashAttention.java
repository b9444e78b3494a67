package io.mla4j.kernels;

/**
 * Scaled dot-product attention that never holds a matrix of all scores: keys are taken in blocks
 * and the softmax is corrected as larger scores appear (arXiv 2205.14135, 1805.02867).
 */
public final class FlashAttention {

  /** Multiply-adds below which another thread costs more than it brings. */
  private static final double GRAIN_OPERATIONS = 1 << 18;

  private final KernelThreads threads;
  private final StripAttention strips;
  private final RowAttention rows;
  private final int lanes;

  FlashAttention(KernelBodies bodies, KernelThreads threads, Scratch scratch) {
    this.threads = threads;
    this.strips = new StripAttention(bodies, scratch);
    this.rows = new RowAttention(bodies, scratch);
    this.lanes = bodies.products().lanes();
  }

  /**
   * Consecutive query heads share a key head where there are fewer of those. A query that sees no
   * key yields zeros.
   *
   * @param query [B, T, H, D]
   * @param key [B, S, G, D], G divides H
   * @param value [B, S, G, V]
   * @param out [B, T, H, V], overwritten; it shares no memory with the others
   */
  public void attend(
      Heads query, Heads key, Heads value, Visibility visibility, float scale, Heads out) {
    check(query, key, value, out);
    visibility
        .keyMask()
        .ifPresent(
            mask -> {
              long count = Extent.timesExact("key mask", key.batch(), key.tokens());
              Extent.check("key mask", mask, 1, 0, 1, count);
            });
    if (query.batch() == 0 || query.tokens() == 0 || query.heads() == 0) {
      return;
    }
    launch(new AttentionJob(query, key, value, visibility, scale, out));
  }

  private static void check(Heads query, Heads key, Heads value, Heads out) {
    boolean batches = query.batch() == key.batch() && key.batch() == value.batch();
    boolean keys = key.tokens() == value.tokens() && key.heads() == value.heads();
    boolean widths = query.width() == key.width();
    boolean shared = key.heads() > 0 ? query.heads() % key.heads() == 0 : query.heads() == 0;
    boolean result =
        out.batch() == query.batch()
            && out.tokens() == query.tokens()
            && out.heads() == query.heads()
            && out.width() == value.width();
    if (!(batches && keys && widths && shared && result)) {
      throw new IllegalArgumentException(
          "Attention needs [B, T, H, D], [B, S, G, D] with G dividing H, and [B, S, G, V], not %s, %s and %s for %s."
              .formatted(shape(query), shape(key), shape(value), shape(out)));
    }
  }

  private static String shape(Heads heads) {
    return "[%d, %d, %d, %d]"
        .formatted(heads.batch(), heads.tokens(), heads.heads(), heads.width());
  }

  private void launch(AttentionJob job) {
    // With few rows most lanes of a strip would idle: each row then reads the keys by itself.
    boolean few = job.rows() * 4 <= lanes;
    long perTask = few ? job.rows() : lanes;
    long pieces = (job.rows() + perTask - 1) / perTask;
    long pairs = job.query().batch() * job.key().heads();
    double operations = (double) perTask * job.keys() * (job.query().width() + job.value().width());
    long tasks = pairs * pieces;
    long grain = (long) Math.clamp(GRAIN_OPERATIONS / Math.max(1, operations), 1, (double) tasks);
    threads.parallelFor(
        tasks,
        grain,
        (from, to) -> {
          for (long task = from; task < to; task++) {
            long pair = task / pieces;
            long row = task % pieces * perTask;
            long end = Math.min(job.rows(), row + perTask);
            run(job, few, pair / job.key().heads(), pair % job.key().heads(), row, end);
          }
        });
  }

  private void run(AttentionJob job, boolean few, long batch, long group, long row, long endRow) {
    if (few) {
      rows.run(job, batch, group, row, endRow);
    } else {
      strips.run(job, batch, group, row, endRow);
    }
  }
}
