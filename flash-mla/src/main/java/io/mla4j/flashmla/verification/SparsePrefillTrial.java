package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.prefill.SparsePrefillResult;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Runs a sparse prefill over the lists of a sparse decode, some entries of which lead beyond the
 * cache, and compares with float64. Of a case with many rows, rows spread over all of it are
 * compared; that all were written is checked of all.
 */
public final class SparsePrefillTrial {

  private static final byte NOT_A_NUMBER = -1;

  private final DecodeCase point;
  private final DecodeData data;
  private final DecodeOracle oracle;
  private final SparsePrefillResult result;
  private final RowComparison comparison;

  private SparsePrefillTrial(DecodeCase point, DecodeData data, Arena arena) {
    this.point = point;
    this.data = data;
    this.oracle = new DecodeOracle(point, data);
    long rows = point.shape().rows();
    this.result =
        new SparsePrefillResult(
            poisoned(arena, rows * point.shape().valueWidth() * Short.BYTES),
            ElementType.BF16,
            poisoned(arena, rows * Float.BYTES),
            poisoned(arena, rows * Float.BYTES));
    this.comparison = new RowComparison(DecodeTrial.tolerance(point.format()));
  }

  private static MemorySegment poisoned(Arena arena, long bytes) {
    return arena.allocate(Math.max(1, bytes), 64).fill(NOT_A_NUMBER);
  }

  /** FlashMLA's kind of cases, more query tokens than a decode has. */
  public static List<DecodeCase> grid() {
    List<DecodeCase> cases = new ArrayList<>();
    for (int heads : new int[] {1, 16, 64, 128}) {
      for (int queries : new int[] {1, 62, 213}) {
        for (int topK : new int[] {1, 100, 256, 2048}) {
          DecodeShape shape = new DecodeShape(1, queries, heads, 1, 576, 512);
          cases.add(
              new DecodeCase(
                  shape, CacheFormat.BF16, 3000, 3001, false, false, topK, false, topK == 100));
        }
      }
    }
    for (CacheFormat format : CacheFormat.values()) {
      int value = format == CacheFormat.FP8 ? 128 : 64;
      DecodeShape shape = new DecodeShape(2, 50, 9, 1, value + 32, value);
      cases.add(new DecodeCase(shape, format, 300, 64, true, false, 133, false, true));
      cases.add(new DecodeCase(shape, format, 300, 61, true, false, 12, true, false));
    }
    return cases;
  }

  /**
   * @param mostRows rows to compare with the oracle, which takes about a millisecond for 1,000
   *     tokens
   * @return what is wrong, if something is
   */
  public static Optional<String> run(FlashMla mla, DecodeCase point, long seed, int mostRows) {
    try (DecodeData data = new DecodeData(point, seed);
        Arena arena = Arena.ofShared()) {
      SparsePrefillTrial trial = new SparsePrefillTrial(point, data, arena);
      trial.leadSomeOut();
      mla.sparsePrefill(
          point.shape(), data.queries, data.cache, data.indices, data.options, trial.result);
      return trial.compare(mostRows).map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  /** Entries that are none lead anywhere outside, but for the oracle. */
  private void leadSomeOut() {
    long tokens = (long) data.cache.blocks() * data.cache.blockTokens();
    int[] outside = {-1, (int) tokens, Integer.MAX_VALUE, Integer.MIN_VALUE};
    MemorySegment indices = data.indices.memory();
    long count = (long) point.shape().batch() * point.shape().queryTokens() * point.topK();
    for (long i = 0; i < count; i++) {
      if (indices.getAtIndex(JAVA_INT, i) < 0) {
        indices.setAtIndex(JAVA_INT, i, outside[(int) (i % outside.length)]);
      }
    }
  }

  private Optional<String> compare(int mostRows) {
    long rows = point.shape().rows();
    for (long i = 0; i < rows * point.shape().valueWidth(); i++) {
      if (!Float.isFinite(DecodeData.get(result.out(), result.type(), i))) {
        return Optional.of("output " + i + " is not finite");
      }
    }
    for (long i = 0; i < rows; i++) {
      boolean number = !Float.isNaN(maxLogit(i)) && !Float.isNaN(logSumExp(i));
      if (!number) {
        return Optional.of("the highest score or log-sum-exp " + i + " is not a number");
      }
    }
    long count = Math.min(rows, mostRows);
    return LongStream.range(0, count)
        .mapToObj(i -> compareRow(count == 1 ? 0 : (rows - 1) * i / (count - 1)))
        .flatMap(Optional::stream)
        .findFirst()
        .or(comparison::direction);
  }

  private float maxLogit(long row) {
    return result.maxLogits().getAtIndex(JAVA_FLOAT, row);
  }

  private float logSumExp(long row) {
    return result.logSumExp().getAtIndex(JAVA_FLOAT, row);
  }

  private Optional<String> compareRow(long row) {
    DecodeShape shape = point.shape();
    int head = (int) (row % shape.heads());
    int token = (int) (row / shape.heads() % shape.queryTokens());
    int sequence = (int) (row / shape.heads() / shape.queryTokens());
    DecodeOracle.Row should = oracle.row(sequence, token, head);
    return comparison
        .row(
            should,
            v -> DecodeData.get(result.out(), result.type(), row * shape.valueWidth() + v),
            logSumExp(row))
        .or(() -> comparison.highest(maxLogit(row), should.highest()))
        .map(wrong -> wrong + " of sequence " + sequence + ", query " + token + ", head " + head);
  }
}
