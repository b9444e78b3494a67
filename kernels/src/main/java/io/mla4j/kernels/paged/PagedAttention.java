package io.mla4j.kernels.paged;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Attention over a paged cache of keys and values on the CPU. Any number of threads may call at
 * once; each call uses the threads of the kernels and the caller's.
 */
public final class PagedAttention {

  /** Rows of the result that are worth handing to another thread. */
  private static final int MERGED_AT_ONCE = 32;

  private final KernelThreads threads;
  private final Scratch scratch;
  private final List<PagedBody> bodies;

  /**
   * @param inC whether C takes the place of these loops where it can
   */
  PagedAttention(KernelBodies loops, KernelThreads threads, boolean inC) {
    this.threads = threads;
    this.scratch = loops.scratch();
    Stream<PagedBody> c =
        Arrays.stream(ElementType.values())
            .filter(type -> inC)
            .flatMap(type -> NativePaged.find(type, scratch).stream());
    this.bodies = Stream.concat(c, Stream.of(new JavaPaged(loops))).toList();
  }

  /** Shares the threads and working memory of kernels, in C where those are. */
  public static PagedAttention on(Kernels kernels) {
    return new PagedAttention(kernels.bodies(), kernels.threads(), kernels.isNative());
  }

  /** As {@link #on}, in Java alone: for comparing the two. */
  public static PagedAttention inJavaOn(Kernels kernels) {
    return new PagedAttention(kernels.bodies(), kernels.threads(), false);
  }

  /** What reads a pool of this type. */
  public String description(ElementType type) {
    return body(type).description();
  }

  private PagedBody body(ElementType type) {
    return bodies.stream().filter(body -> body.supports(type)).findFirst().orElseThrow();
  }

  /**
   * Divides a step. Made once, it serves every layer.
   *
   * @param lengths [B]: cached tokens of each sequence, those of the queries among them; 0 gives
   *     zeros
   * @param causal whether query t of a sequence of S tokens, which stands at S − T + t, sees no
   *     token behind itself
   * @param window a query sees only tokens less than this many positions away; 0 for all
   */
  public PagedPlan plan(PagedShape shape, int[] lengths, boolean causal, long window) {
    return PagedPlan.of(shape, lengths, causal, window, threads.count());
  }

  /**
   * Attends. What stands behind a sequence's length, in its last block or in others, is never read.
   * A key or value that is not finite reaches the queries of its key head that see it and no other.
   *
   * @param queries float32 [B, T, H, D]
   * @param table [B, blocks in use or more]: which blocks hold each sequence, in order
   * @param scale what {@code q · k} is multiplied with
   * @throws IllegalArgumentException if a size, a block or a piece of memory does not fit; nothing
   *     has then been written
   */
  public void attend(
      PagedPlan plan,
      MemorySegment queries,
      KeyValuePool pool,
      int[][] table,
      float scale,
      PagedResult result) {
    PagedCheck.all(plan, queries, pool, table, result);
    int longest = 1;
    for (int b = 0; b < table.length; b++) {
      longest = Math.max(longest, PagedCheck.blocks(plan, pool, b));
    }
    try (Scratch.Loan blocks = scratch.borrow((long) longest * table.length);
        Scratch.Loan partial = scratch.borrow(plan.partialElements())) {
      copy(plan, pool, table, longest, blocks.memory());
      PagedTask task = new PagedTask(plan, queries, pool, blocks.memory(), longest, scale);
      run(task, partial.memory());
      merge(plan, result, partial.memory());
    }
  }

  // The copy is what is checked: the caller's table may change meanwhile.
  private static void copy(
      PagedPlan plan, KeyValuePool pool, int[][] table, int perSequence, MemorySegment to) {
    for (int b = 0; b < table.length; b++) {
      for (int i = 0; i < PagedCheck.blocks(plan, pool, b); i++) {
        int block = PagedCheck.block(pool, b, table[b][i]);
        to.setAtIndex(JAVA_INT, (long) b * perSequence + i, block);
      }
    }
  }

  private void run(PagedTask task, MemorySegment partial) {
    PagedBody body = body(task.pool().type());
    List<PagedPart> parts = task.plan().parts();
    threads.parallelFor(
        parts.size(),
        1,
        (from, to) ->
            parts.subList((int) from, (int) to).forEach(part -> body.run(task, part, partial)));
  }

  private void merge(PagedPlan plan, PagedResult result, MemorySegment partial) {
    threads.parallelFor(
        plan.shape().rows(),
        MERGED_AT_ONCE,
        (from, to) -> new PagedMerge(plan, result, partial).run(from, to));
  }
}
