package io.mla4j.flashmla.verification;

import io.mla4j.flashmla.prefill.PrefillShape;

/** What one query row of a prefill should give, in float64 and step by step. */
final class PrefillOracle {

  private final PrefillCase point;
  private final PrefillData data;
  private final PrefillShape shape;

  PrefillOracle(PrefillCase point, PrefillData data) {
    this.point = point;
    this.data = data;
    this.shape = point.shape();
  }

  /** The row of a query token, counted over all sequences. */
  DecodeOracle.Row row(int token, int head) {
    int sequence = sequence(token);
    int firstKey = data.cuSeqlensK[sequence];
    int keys = data.cuSeqlensK[sequence + 1] - firstKey;
    int queries = data.cuSeqlensQ[sequence + 1] - data.cuSeqlensQ[sequence];
    int query = token - data.cuSeqlensQ[sequence];
    int seen = point.causal() ? Math.max(0, keys - queries + query + 1) : keys;
    int keyHead = head / (shape.heads() / shape.keyHeads());
    double[] scores = new double[seen];
    double highest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < seen; s++) {
      scores[s] = score(token, head, firstKey + s, keyHead);
      highest = Math.max(highest, scores[s]);
    }
    double[] out = new double[shape.valueWidth()];
    double total = 0;
    for (int s = 0; s < seen; s++) {
      double weight = Math.exp(scores[s] - highest);
      total += weight;
      for (int v = 0; v < out.length; v++) {
        out[v] += weight * PrefillData.get(data.values, firstKey + s, keyHead, v);
      }
    }
    for (int v = 0; v < out.length && total > 0; v++) {
      out[v] /= total;
    }
    double logSumExp = total == 0 ? Double.POSITIVE_INFINITY : highest + Math.log(total);
    return new DecodeOracle.Row(out, highest, logSumExp);
  }

  private int sequence(int token) {
    int sequence = 0;
    while (data.cuSeqlensQ[sequence + 1] <= token) {
      sequence++;
    }
    return sequence;
  }

  private double score(int token, int head, int key, int keyHead) {
    double sum = 0;
    for (int d = 0; d < shape.width(); d++) {
      sum +=
          (double) PrefillData.get(data.queries, token, head, d)
              * PrefillData.get(data.keys, key, keyHead, d);
    }
    return sum * data.scale;
  }
}
