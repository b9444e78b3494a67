package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.indexer.IndexerMetadata;
import io.mla4j.flashmla.indexer.IndexerQueries;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Runs the indexer and compares its scores with float64, and what it selects with a sort of its own
 * scores. Everything that no query may see is NaN.
 */
public final class IndexerTrial implements AutoCloseable {

  private static final byte NOT_A_NUMBER = -1;

  private final Arena arena = Arena.ofShared();
  private final IndexerCase point;
  private final DecodeData data;
  private final IndexerQueries queries;
  private final int longest;
  private final MemorySegment scores;
  private final TokenIndices selected;

  private IndexerTrial(IndexerCase point, long seed) {
    this.point = point;
    this.data = new DecodeData(point.asDecode(), seed);
    this.queries = queries(seed);
    this.longest = IntStream.of(data.lengths).max().orElse(0);
    this.scores = poisoned(rows() * longest);
    this.selected = new TokenIndices(poisoned(rows() * point.topK()), point.topK());
  }

  private MemorySegment poisoned(long elements) {
    return arena.allocate(Math.max(1, elements) * Float.BYTES, 64).fill(NOT_A_NUMBER);
  }

  private IndexerQueries queries(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + 1);
    long count = rows() * point.shape().heads();
    MemorySegment weights = arena.allocate(JAVA_FLOAT, Math.max(1, count));
    for (long i = 0; i < count; i++) {
      weights.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    if (point.queryType() == ElementType.BF16) {
      return new IndexerQueries(data.queries.memory(), ElementType.BF16, weights);
    }
    MemorySegment memory = arena.allocate(JAVA_FLOAT, Math.max(1, count * point.shape().width()));
    new DecodeRows(CacheFormat.FLOAT32, point.shape().width(), 1, random.nextLong())
        .fill(memory, count);
    return new IndexerQueries(memory, ElementType.FLOAT32, weights);
  }

  private long rows() {
    return (long) point.shape().batch() * point.shape().queryTokens();
  }

  /**
   * @param mostScores to compare with the oracle, spread over all; 64 heads take it 10 µs each
   * @return what is wrong, if something is
   */
  public static Optional<String> run(FlashMla mla, IndexerCase point, long seed, int mostScores) {
    try (IndexerTrial trial = new IndexerTrial(point, seed)) {
      IndexerMetadata metadata =
          mla.indexerMetadata(point.shape(), trial.data.lengths, point.causal());
      mla.indexScores(metadata, trial.queries, trial.data.cache, trial.data.table, trial.scores);
      mla.selectTokens(metadata, trial.queries, trial.data.cache, trial.data.table, trial.selected);
      return trial
          .compare(mostScores)
          .or(trial::compareSelection)
          .map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private float score(long row, int key) {
    return scores.getAtIndex(JAVA_FLOAT, row * longest + key);
  }

  private int sequence(long row) {
    return (int) (row / point.shape().queryTokens());
  }

  private int seen(long row) {
    int length = data.lengths[sequence(row)];
    int token = (int) (row % point.shape().queryTokens());
    int count = point.causal() ? length - point.shape().queryTokens() + token + 1 : length;
    return Math.max(0, count);
  }

  private Optional<String> compare(int most) {
    IndexerOracle oracle = new IndexerOracle(point, data, queries);
    long step = Math.max(1, rows() * longest / most | 1);
    long next = 0;
    for (long row = 0; row < rows(); row++) {
      int seen = seen(row);
      for (int key = 0; key < longest; key++) {
        float is = score(row, key);
        if (key >= seen && is != Float.NEGATIVE_INFINITY || Float.isNaN(is)) {
          return Optional.of("the score" + where(row, key) + " is " + is);
        }
        if (key < seen && row * longest + key >= next) {
          next = row * longest + key + step;
          IndexerOracle.Score should = oracle.score(row, sequence(row), key);
          if (!(Math.abs(is - should.value()) <= should.allowed())) {
            return Optional.of("the score" + where(row, key) + " is " + is + " and not " + should);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String where(long row, int key) {
    return " of query " + row + ", key " + key;
  }

  private Optional<String> compareSelection() {
    for (long row = 0; row < rows(); row++) {
      List<Integer> should = selection(row);
      for (int i = 0; i < point.topK(); i++) {
        int is = selected.memory().getAtIndex(JAVA_INT, row * point.topK() + i);
        int token = i < should.size() ? data.token(sequence(row), should.get(i)) : -1;
        if (is != token) {
          return Optional.of(
              "token " + i + " selected by query " + row + " is " + is + " and not " + token);
        }
      }
    }
    return Optional.empty();
  }

  /** The keys with the highest scores, the first of equal ones, in their order. */
  private List<Integer> selection(long row) {
    Comparator<Integer> highest = Comparator.comparing(key -> -(score(row, key) + 0f));
    return IntStream.range(0, seen(row))
        .boxed()
        .sorted(highest)
        .limit(point.topK())
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    data.close();
    arena.close();
  }
}
