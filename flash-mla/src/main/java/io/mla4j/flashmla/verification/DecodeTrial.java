package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.verification.RowComparison.Tolerance;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Runs a case and compares with float64, within FlashMLA's tolerances. Of a case with many rows,
 * rows spread over all of it are compared; that none was left unwritten is checked of all.
 */
public final class DecodeTrial {

  /**
   * Over int8 caches the C twin quantizes queries too. A step of 0.35/127 in elements of 0.1 puts a
   * standard error of 8e-5 on a score, whatever the width; five times that.
   */
  private static final double INT8_LSE_ABSOLUTE = 4e-4;

  private final DecodeCase point;
  private final DecodeData data;
  private final DecodeOracle oracle;

  private final RowComparison comparison;

  private DecodeTrial(DecodeCase point, DecodeData data) {
    this.point = point;
    this.data = data;
    this.oracle = new DecodeOracle(point, data);
    this.comparison = new RowComparison(tolerance(point.format()));
  }

  static Tolerance tolerance(CacheFormat format) {
    Tolerance bf16 = Tolerance.BF16;
    return format == CacheFormat.INT8 ? bf16.withLseAbsolute(INT8_LSE_ABSOLUTE) : bf16;
  }

  /**
   * @param mostRows rows to compare with the oracle, which takes about a millisecond for 1,000
   *     tokens
   * @return what is wrong, if something is
   */
  public static Optional<String> run(FlashMla mla, DecodeCase point, long seed, int mostRows) {
    return run(Decoder.of(mla), point, seed, mostRows);
  }

  /** As {@link #run(FlashMla, DecodeCase, long, int)}, wherever the decoder runs. */
  public static Optional<String> run(Decoder decoder, DecodeCase point, long seed, int mostRows) {
    try (DecodeData data = new DecodeData(point, seed)) {
      DecodeTrial trial = new DecodeTrial(point, data);
      trial.decode(decoder);
      return trial.compare(mostRows).map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private void decode(Decoder decoder) {
    DecodeShape shape = point.shape();
    if (point.sparse()) {
      decoder.sparseDecode(
          shape, data.queries, data.cache, data.indices, data.options, data.result);
    } else {
      decoder.decode(
          shape, data.lengths, data.queries, data.cache, data.table, data.options, data.result);
    }
  }

  private Optional<String> compare(int mostRows) {
    Optional<String> unwritten = unwritten();
    if (unwritten.isPresent()) {
      return unwritten;
    }
    long rows = point.shape().rows();
    long count = Math.min(rows, mostRows);
    Optional<String> wrong =
        LongStream.range(0, count)
            .mapToObj(i -> compareRow(count == rows ? i : spread(i, count, rows)))
            .flatMap(Optional::stream)
            .findFirst();
    return wrong.isPresent() ? wrong : comparison.direction();
  }

  /** Rows at equal distances, at a different head in each. */
  private static long spread(long i, long count, long rows) {
    return count == 1 ? 0 : (rows - 1) * i / (count - 1);
  }

  private Optional<String> unwritten() {
    long count = point.shape().rows() * point.shape().valueWidth();
    for (long i = 0; i < count; i++) {
      if (!Float.isFinite(DecodeData.get(data.result.out(), data.result.type(), i))) {
        return Optional.of("output " + i + " is not finite");
      }
    }
    for (long i = 0; i < point.shape().rows(); i++) {
      if (Float.isNaN(data.result.logSumExp().getAtIndex(JAVA_FLOAT, i))) {
        return Optional.of("log-sum-exp " + i + " is not a number");
      }
    }
    return Optional.empty();
  }

  private Optional<String> compareRow(long row) {
    DecodeShape shape = point.shape();
    int head = (int) (row % shape.heads());
    int token = (int) (row / shape.heads() % shape.queryTokens());
    int sequence = (int) (row / shape.heads() / shape.queryTokens());
    long lse = ((long) sequence * shape.heads() + head) * shape.queryTokens() + token;
    return comparison
        .row(
            oracle.row(sequence, token, head),
            v ->
                DecodeData.get(data.result.out(), data.result.type(), row * shape.valueWidth() + v),
            data.result.logSumExp().getAtIndex(JAVA_FLOAT, lse))
        .map(wrong -> wrong + " of sequence " + sequence + ", query " + token + ", head " + head);
  }
}
