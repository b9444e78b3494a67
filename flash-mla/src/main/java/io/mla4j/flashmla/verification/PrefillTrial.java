package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.prefill.PrefillMetadata;
import io.mla4j.kernels.memory.ElementType;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Runs a prefill and compares with float64. Of a case with many rows, rows spread over all of it
 * are compared; that all were written is checked of all.
 */
public final class PrefillTrial {

  private final PrefillCase point;
  private final PrefillData data;
  private final PrefillOracle oracle;
  private final RowComparison comparison;

  private PrefillTrial(PrefillCase point, PrefillData data) {
    this.point = point;
    this.data = data;
    this.oracle = new PrefillOracle(point, data);
    boolean bf16 = point.type() == ElementType.BF16;
    this.comparison =
        new RowComparison(bf16 ? RowComparison.Tolerance.BF16 : RowComparison.Tolerance.FLOAT32);
  }

  /**
   * @param mostRows rows to compare with the oracle, which takes about a millisecond for 1,000 keys
   * @return what is wrong, if something is
   */
  public static Optional<String> run(FlashMla mla, PrefillCase point, long seed, int mostRows) {
    try (PrefillData data = new PrefillData(point, seed)) {
      PrefillTrial trial = new PrefillTrial(point, data);
      PrefillMetadata metadata =
          mla.prefillMetadata(point.shape(), data.cuSeqlensQ, data.cuSeqlensK, point.causal());
      mla.prefill(metadata, data.queries, data.keys, data.values, data.scale, data.result);
      return trial.compare(mostRows).map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private Optional<String> compare(int mostRows) {
    Optional<String> unwritten = unwritten();
    if (unwritten.isPresent()) {
      return unwritten;
    }
    long rows = (long) data.queryTokens() * point.shape().heads();
    long count = Math.min(rows, mostRows);
    Optional<String> wrong =
        LongStream.range(0, count)
            .mapToObj(i -> compareRow(count == rows ? i : spread(i, count, rows)))
            .flatMap(Optional::stream)
            .findFirst();
    return wrong.isPresent() ? wrong : comparison.direction();
  }

  /** Rows at equal distances, the first and the last among them. */
  private static long spread(long i, long count, long rows) {
    return count == 1 ? 0 : (rows - 1) * i / (count - 1);
  }

  private Optional<String> unwritten() {
    for (int token = 0; token < data.queryTokens(); token++) {
      for (int head = 0; head < point.shape().heads(); head++) {
        for (int v = 0; v < point.shape().valueWidth(); v++) {
          if (!Float.isFinite(PrefillData.get(data.result.out(), token, head, v))) {
            return Optional.of("output " + v + where(token, head) + " is not finite");
          }
        }
        if (Float.isNaN(data.logSumExp(token, head))) {
          return Optional.of("the log-sum-exp" + where(token, head) + " is not a number");
        }
      }
    }
    return Optional.empty();
  }

  private static String where(int token, int head) {
    return " of query " + token + ", head " + head;
  }

  private Optional<String> compareRow(long row) {
    int token = (int) (row / point.shape().heads());
    int head = (int) (row % point.shape().heads());
    return comparison
        .row(
            oracle.row(token, head),
            v -> PrefillData.get(data.result.out(), token, head, v),
            data.logSumExp(token, head))
        .map(wrong -> wrong + where(token, head));
  }
}
