package io.mla4j.kernels;

import java.util.Optional;

/**
 * Scaled dot-product attention that never holds a matrix of all scores: keys are taken in blocks
 * and the softmax is corrected as larger scores appear (arXiv 2205.14135, 1805.02867).
 */
public final class FlashAttention {

  /** Multiply-adds below which another thread costs more than it brings. */
  private static final double GRAIN_OPERATIONS = 1 << 18;

  private final KernelThreads threads;
  private final AttentionBody strips;
  private final Optional<AttentionBody> nativeStrips;
  private final RowAttention rows;

  FlashAttention(KernelBodies bodies, KernelThreads threads, Scratch scratch) {
    this.threads = threads;
    this.strips = new StripAttention(bodies, scratch);
    this.nativeStrips = bodies.attention();
    this.rows = new RowAttention(bodies, scratch);
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
    run(new AttentionJob(query, key, value, Optional.empty(), visibility, scale, out));
  }

  /** Whether {@link #attendInParts} runs here. */
  public boolean runsInParts() {
    return nativeStrips.isPresent();
  }

  /**
   * {@link #attend} with queries and keys that lie in two places each, as those of latent attention
   * do: the parts are read as if they were joined along the width. Only in native memory.
   *
   * @param query [B, T, H, N]
   * @param key [B, S, G, N]
   * @param rotaryQuery [B, T, H, P]
   * @param rotaryKey [B, S, G, P]
   * @throws UnsupportedOperationException where {@link #runsInParts} is false
   */
  public void attendInParts(
      Heads query,
      Heads key,
      Heads rotaryQuery,
      Heads rotaryKey,
      Heads value,
      Visibility visibility,
      float scale,
      Heads out) {
    if (!runsInParts()) {
      throw new UnsupportedOperationException("Only the C twin takes queries and keys in parts.");
    }
    check(rotaryQuery, rotaryKey, value, out);
    var second = new AttentionJob.SecondPart(rotaryQuery, rotaryKey);
    AttentionJob job =
        new AttentionJob(query, key, value, Optional.of(second), visibility, scale, out);
    if (!NativeAttention.accepts(job)) {
      throw new IllegalArgumentException("Queries and keys in parts must lie in native memory.");
    }
    run(job);
  }

  private void run(AttentionJob job) {
    Heads query = job.query();
    Heads key = job.key();
    check(query, key, job.value(), job.out());
    NativeMemory.checkWritable("result", job.out().memory());
    job.visibility()
        .keyMask()
        .ifPresent(
            mask -> {
              long count = Extent.timesExact("key mask", key.batch(), key.tokens());
              Extent.check("key mask", mask, 1, 0, 1, count);
            });
    if (query.batch() == 0 || query.tokens() == 0 || query.heads() == 0) {
      return;
    }
    launch(job);
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
    AttentionBody body = nativeStrips.filter(c -> NativeAttention.accepts(job)).orElse(strips);
    // With few rows most lanes of a strip would idle: each row then reads the keys by itself.
    boolean few = job.rows() * 4 <= body.taskRows() && job.second().isEmpty();
    long perTask = few ? job.rows() : body.taskRows();
    long pieces = (job.rows() + perTask - 1) / perTask;
    long tasks = job.query().batch() * job.key().heads() * pieces;
    double operations = (double) perTask * job.keys() * (job.query().width() + job.value().width());
    long grain = (long) Math.clamp(GRAIN_OPERATIONS / Math.max(1, operations), 1, (double) tasks);
    threads.parallelFor(
        tasks,
        grain,
        (from, to) -> {
          if (few) {
            rows.run(job, from, to);
          } else {
            body.run(job, pieces, from, to);
          }
        });
  }
}
