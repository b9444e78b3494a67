package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.indexer.IndexerQueries;
import io.mla4j.kernels.memory.ElementType;

/** One score of the indexer in float64, and how far off a kernel's may be. */
final class IndexerOracle {

  /** Sums of products in float32. */
  private static final double SUMS = 1e-5;

  /** A float32 rounded to bf16. */
  private static final double BF16_STEP = 1.0 / 256;

  /** Half a step of a query whose largest element is 127, and a little. */
  private static final double INT8_STEP = 1.0 / 250;

  private final IndexerCase point;
  private final DecodeData data;
  private final IndexerQueries queries;

  /**
   * A score.
   *
   * @param allowed the largest difference that rounding the queries and the sums explains
   */
  record Score(double value, double allowed) {}

  IndexerOracle(IndexerCase point, DecodeData data, IndexerQueries queries) {
    this.point = point;
    this.data = data;
    this.queries = queries;
  }

  /**
   * @param row the query token, counted over all sequences
   */
  Score score(long row, int sequence, int key) {
    int token = data.token(sequence, key);
    double sum = 0;
    double allowed = 1e-12;
    for (int head = 0; head < point.shape().heads(); head++) {
      double product = 0;
      double products = 0;
      double keySize = 0;
      double largest = 0;
      for (int d = 0; d < point.shape().width(); d++) {
        double q = query(row, head, d);
        double k = data.key(token, 0, d);
        product += q * k;
        products += Math.abs(q * k);
        keySize += Math.abs(k);
        largest = Math.max(largest, Math.abs(q));
      }
      double weight = weight(row, head);
      sum += weight * Math.max(product, 0);
      allowed += Math.abs(weight) * (products * SUMS + rounding(products, largest * keySize));
    }
    return new Score(sum, allowed);
  }

  private double rounding(double products, double largest) {
    if (point.format() == CacheFormat.INT8) {
      return largest * INT8_STEP;
    }
    boolean rounded = point.format() == CacheFormat.BF16 && queries.type() == ElementType.FLOAT32;
    return rounded ? products * BF16_STEP : 0;
  }

  private double query(long row, int head, int d) {
    long at = (row * point.shape().heads() + head) * point.shape().width() + d;
    return DecodeData.get(queries.memory(), queries.type(), at);
  }

  private double weight(long row, int head) {
    return queries.weights().getAtIndex(JAVA_FLOAT, row * point.shape().heads() + head);
  }
}
