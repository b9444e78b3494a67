package io.mla4j.kernels.attention;

import io.mla4j.kernels.body.AttentionBody;
import io.mla4j.kernels.body.AttentionJob;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.util.Arrays;
import java.util.List;
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

  public FlashAttention(KernelBodies bodies, KernelThreads threads, Scratch scratch) {
    this.threads = threads;
    this.strips = new StripAttention(bodies, scratch);
    this.nativeStrips = bodies.attention();
    this.rows = new RowAttention(bodies, scratch);
  }

  /**
   * Consecutive query heads share a key head where there are fewer of those. A query that sees no
   * key yields zeros. A key or value that is not finite reaches the queries that see it and no
   * other.
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
    AttentionBody body = requireParts();
    check(rotaryQuery, rotaryKey, value, out);
    var second = new AttentionJob.SecondPart(rotaryQuery, rotaryKey);
    run(
        inParts(
            body,
            new AttentionJob(query, key, value, Optional.of(second), visibility, scale, out)));
  }

  /** The body that takes queries and keys in parts. */
  private AttentionBody requireParts() {
    return nativeStrips.orElseThrow(
        () ->
            new UnsupportedOperationException("Only the C twin takes queries and keys in parts."));
  }

  private static AttentionJob inParts(AttentionBody body, AttentionJob job) {
    if (!body.accepts(job)) {
      throw new IllegalArgumentException("Queries and keys in parts must lie in native memory.");
    }
    return job;
  }

  /**
   * {@link #attend} within each of several sequences that lie one after another, {@code
   * flash_attn_varlen_func}: a token sees none of another sequence. Threads share the work by its
   * cost, so that sequences of different lengths take as long as those of one length that cost the
   * same.
   *
   * @param query [1, N, H, D]
   * @param key [1, N, G, D], G divides H
   * @param value [1, N, G, V]
   * @param starts [sequences + 1]: the first token of each, ascending from 0, then N
   * @param visibility within a sequence, without a key mask
   * @param out [1, N, H, V], overwritten; it shares no memory with the others
   */
  public void attendPacked(
      Heads query,
      Heads key,
      Heads value,
      int[] starts,
      Visibility visibility,
      float scale,
      Heads out) {
    runPacked(
        new AttentionJob(query, key, value, Optional.empty(), visibility, scale, out), starts);
  }

  /**
   * {@link #attendPacked} with queries and keys in two places, as {@link #attendInParts}.
   *
   * @param query [1, N, H, D]
   * @param key [1, N, G, D]
   * @param rotaryQuery [1, N, H, P]
   * @param rotaryKey [1, N, G, P]
   * @throws UnsupportedOperationException where {@link #runsInParts} is false
   */
  public void attendPackedInParts(
      Heads query,
      Heads key,
      Heads rotaryQuery,
      Heads rotaryKey,
      Heads value,
      int[] starts,
      Visibility visibility,
      float scale,
      Heads out) {
    AttentionBody body = requireParts();
    check(rotaryQuery, rotaryKey, value, out);
    var second = new AttentionJob.SecondPart(rotaryQuery, rotaryKey);
    runPacked(
        inParts(
            body, new AttentionJob(query, key, value, Optional.of(second), visibility, scale, out)),
        starts);
  }

  private void runPacked(AttentionJob job, int[] starts) {
    check(job.query(), job.key(), job.value(), job.out());
    NativeMemory.checkWritable("result", job.out().memory());
    int[] checked = starts.clone();
    checkStarts(job, checked);
    if (job.query().heads() > 0) {
      launchPacked(job, checked);
    }
  }

  private static void checkStarts(AttentionJob job, int[] starts) {
    if (job.query().batch() != 1 || job.query().tokens() != job.key().tokens()) {
      throw new IllegalArgumentException(
          "Packed sequences are one batch entry with as many queries as keys, not %s and %s."
              .formatted(shape(job.query()), shape(job.key())));
    }
    if (job.visibility().keyMask().isPresent()) {
      throw new IllegalArgumentException("Packed sequences have no padding and no key mask.");
    }
    boolean ends = starts.length > 0 && starts[0] == 0;
    ends = ends && starts[starts.length - 1] == job.query().tokens();
    for (int i = 1; ends && i < starts.length; i++) {
      ends = starts[i - 1] <= starts[i];
    }
    if (!ends) {
      throw new IllegalArgumentException(
          "The starts of packed sequences ascend from 0 to the number of tokens, %d, unlike %s."
              .formatted(job.query().tokens(), Arrays.toString(starts)));
    }
  }

  private void launchPacked(AttentionJob job, int[] starts) {
    AttentionBody body = body(job);
    List<List<PackedAttention.Run>> shares =
        new PackedAttention(job, starts, body.taskRows()).shares(threads.count(), GRAIN_OPERATIONS);
    threads.parallelFor(
        shares.size(),
        1,
        (from, to) -> {
          for (long share = from; share < to; share++) {
            shares.get((int) share).forEach(one -> run(body, one.tasks(), one.from(), one.to()));
          }
        });
  }

  private AttentionBody body(AttentionJob job) {
    return nativeStrips.filter(c -> c.accepts(job)).orElse(strips);
  }

  private void run(AttentionBody body, PackedAttention.Tasks tasks, long from, long to) {
    if (tasks.few()) {
      rows.run(tasks.job(), from, to);
    } else {
      body.run(tasks.job(), tasks.pieces(), from, to);
    }
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
    AttentionBody body = body(job);
    PackedAttention.Tasks tasks = PackedAttention.Tasks.of(job, body.taskRows());
    double operations = Math.max(1, tasks.operations(job.keys()));
    double all = Math.max(1, (double) tasks.count());
    long grain = (long) Math.clamp(GRAIN_OPERATIONS / operations, 1, all);
    threads.parallelFor(tasks.count(), grain, (from, to) -> run(body, tasks, from, to));
  }
}
