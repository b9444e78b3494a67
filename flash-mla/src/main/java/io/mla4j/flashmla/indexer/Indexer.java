package io.mla4j.flashmla.indexer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Runs the indexer and the selection, wave by wave. */
public final class Indexer {

  private final Kernels kernels;
  private final List<IndexerTwin> twins;
  private final TopKTwin topK;

  public Indexer(Kernels kernels, List<IndexerTwin> twins, TopKTwin topK) {
    this.kernels = kernels;
    this.twins = twins;
    this.topK = topK;
  }

  IndexerTwin twin(CacheFormat format) {
    return twins.stream().filter(twin -> twin.supports(format)).findFirst().orElseThrow();
  }

  /** Scores of all query tokens, −∞ where a key is not seen. */
  public void score(IndexerTask task, MemorySegment scores) {
    for (IndexerMetadata.Wave wave : task.metadata().waves()) {
      score(task, wave, scores, 0);
    }
    kernels
        .threads()
        .parallelFor(
            task.shape().tokens(),
            1,
            (from, to) -> {
              for (long row = from; row < to; row++) {
                hide(task, row, scores);
              }
            });
  }

  private static void hide(IndexerTask task, long row, MemorySegment scores) {
    int longest = task.metadata().longest();
    for (long i = visible(task, row); i < longest; i++) {
      long at = (row * longest + i) * Float.BYTES;
      scores.set(JAVA_FLOAT_UNALIGNED, at, Float.NEGATIVE_INFINITY);
    }
  }

  private static int visible(IndexerTask task, long row) {
    int queryTokens = task.shape().queryTokens();
    return task.metadata().visible((int) (row / queryTokens), (int) (row % queryTokens));
  }

  public void select(IndexerTask task, TokenIndices result) {
    IndexerMetadata metadata = task.metadata();
    long elements = metadata.mostRows() * metadata.longest();
    try (Scratch.Loan loan = kernels.bodies().scratch().borrow(elements)) {
      for (IndexerMetadata.Wave wave : metadata.waves()) {
        score(task, wave, loan.memory(), wave.firstRow());
        select(task, wave, loan.memory(), result);
      }
    }
  }

  private void score(
      IndexerTask task, IndexerMetadata.Wave wave, MemorySegment scores, long firstRow) {
    IndexerTwin twin = twin(task.cache().format());
    kernels
        .threads()
        .parallelFor(
            wave.parts().size(),
            1,
            (from, to) ->
                wave.parts()
                    .subList((int) from, (int) to)
                    .forEach(part -> twin.run(task, part, scores, firstRow)));
  }

  private void select(
      IndexerTask task, IndexerMetadata.Wave wave, MemorySegment scores, TokenIndices result) {
    kernels
        .threads()
        .parallelFor(
            wave.rows(),
            1,
            (from, to) -> {
              for (long row = from; row < to; row++) {
                long at = row * task.metadata().longest();
                select(task, wave.firstRow() + row, scores, at, result);
              }
            });
  }

  private void select(
      IndexerTask task, long row, MemorySegment scores, long at, TokenIndices result) {
    int seen = visible(task, row);
    long to = row * result.topK();
    topK.select(scores, at, seen, result.topK(), result.memory(), to);
    int sequence = (int) (row / task.shape().queryTokens());
    int taken = Math.min(seen, result.topK());
    for (long i = to; i < to + taken; i++) {
      int key = result.memory().get(JAVA_INT_UNALIGNED, i * Integer.BYTES);
      int token = (int) task.poolToken(sequence, key);
      result.memory().set(JAVA_INT_UNALIGNED, i * Integer.BYTES, token);
    }
  }

  public void topK(MemorySegment rows, long count, int width, TokenIndices result) {
    kernels
        .threads()
        .parallelFor(
            count,
            1,
            (from, to) -> {
              for (long row = from; row < to; row++) {
                topK.select(
                    rows, row * width, width, result.topK(), result.memory(), row * result.topK());
              }
            });
  }
}
