package io.mla4j.flashmla.prefill;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.DecodeTask;
import io.mla4j.flashmla.decode.DecodeTwin;
import io.mla4j.flashmla.decode.Merge;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;

/**
 * Runs sparse prefills: each query token is a decode of its own over the tokens its list names, and
 * is finished before the thread takes another, so that working memory does not grow with their
 * number.
 */
public final class SparsePrefill {

  private static final double LN_2 = Math.log(2);

  private final Kernels kernels;

  public SparsePrefill(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * One checked call.
   *
   * @param shape of one query token
   */
  public record Task(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      SparsePrefillResult result) {

    long rowElements() {
      return (long) shape.heads() * shape.valueWidth();
    }
  }

  public void run(Task task, long tokens, DecodeTwin twin) {
    kernels
        .threads()
        .parallelFor(
            tokens,
            1,
            (from, to) -> {
              Scratch scratch = kernels.bodies().scratch();
              long partialElements = task.shape().heads() * (task.shape().valueWidth() + 2L);
              try (Scratch.Loan partial = scratch.borrow(partialElements);
                  Scratch.Loan list = scratch.borrow(task.indices().topK())) {
                for (long token = from; token < to; token++) {
                  run(task, token, twin, list.memory(), partial.memory());
                }
              }
            });
  }

  private static void run(
      Task task, long token, DecodeTwin twin, MemorySegment list, MemorySegment partial) {
    int count = gather(task, token, list);
    MlaMetadata metadata = MlaMetadata.sparse(task.shape(), count, 1);
    DecodeTask one = decode(task, token, metadata, list, count);
    metadata.parts().forEach(part -> twin.run(one, part, partial));
    int heads = task.shape().heads();
    new Merge(one, result(task, token), partial).run(0, heads);
    long highest = task.rowElements();
    for (int head = 0; head < heads; head++) {
      double score =
          count == 0
              ? Double.NEGATIVE_INFINITY
              : partial.get(JAVA_FLOAT_UNALIGNED, (highest + head) * Float.BYTES) * LN_2;
      long at = (token * heads + head) * Float.BYTES;
      task.result().maxLogits().set(JAVA_FLOAT_UNALIGNED, at, (float) score);
    }
  }

  /** Copies the entries that are tokens, one after another; returns how many there are. */
  private static int gather(Task task, long token, MemorySegment list) {
    MemorySegment indices = task.indices().memory();
    long first = token * task.indices().topK();
    long tokens = task.cache().tokens();
    int count = 0;
    for (int i = 0; i < task.indices().topK(); i++) {
      int index = indices.get(JAVA_INT_UNALIGNED, (first + i) * Integer.BYTES);
      if (index >= 0 && index < tokens) {
        list.set(JAVA_INT_UNALIGNED, (long) count++ * Integer.BYTES, index);
      }
    }
    return count;
  }

  private static DecodeTask decode(
      Task task, long token, MlaMetadata metadata, MemorySegment list, int count) {
    Queries all = task.queries();
    long row = (long) task.shape().heads() * task.shape().width() * all.type().bytes();
    Queries queries = new Queries(all.memory().asSlice(token * row, row), all.type());
    return new DecodeTask(metadata, queries, task.cache(), list, count, task.options());
  }

  private static DecodeResult result(Task task, long token) {
    SparsePrefillResult all = task.result();
    long out = task.rowElements() * all.type().bytes();
    long lse = (long) task.shape().heads() * Float.BYTES;
    return new DecodeResult(
        all.out().asSlice(token * out, out), all.type(), all.logSumExp().asSlice(token * lse, lse));
  }
}
