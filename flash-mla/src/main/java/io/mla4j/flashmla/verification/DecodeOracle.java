package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.mla4j.flashmla.decode.DecodeShape;
import java.util.Arrays;

/** What one query row should give, in float64 and step by step. */
final class DecodeOracle {

  private final DecodeCase point;
  private final DecodeData data;
  private final DecodeShape shape;

  /**
   * A row's results.
   *
   * @param highest score, −∞ where no token is seen
   * @param logSumExp +∞ where no token is seen
   */
  record Row(double[] out, double highest, double logSumExp) {}

  DecodeOracle(DecodeCase point, DecodeData data) {
    this.point = point;
    this.data = data;
    this.shape = point.shape();
  }

  Row row(int sequence, int queryToken, int head) {
    int[] tokens = point.sparse() ? listed(sequence, queryToken) : seen(sequence, queryToken);
    double[] scores = new double[tokens.length];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < tokens.length; i++) {
      scores[i] = score(sequence, queryToken, head, tokens[i]);
      highest = Math.max(highest, scores[i]);
    }
    double[] out = new double[shape.valueWidth()];
    double total = 0;
    for (int i = 0; i < tokens.length; i++) {
      double weight = Math.exp(scores[i] - highest);
      total += weight;
      for (int v = 0; v < out.length; v++) {
        out[v] += weight * key(tokens[i], head, v);
      }
    }
    return finish(out, highest, total, head);
  }

  private Row finish(double[] out, double highest, double total, int head) {
    if (total == 0) {
      return new Row(out, highest, Double.POSITIVE_INFINITY);
    }
    double logSumExp = highest + Math.log(total);
    double sink =
        data.options
            .sinks()
            .map(sinks -> Math.exp(sinks.getAtIndex(JAVA_FLOAT, head) - logSumExp))
            .orElse(0.0);
    for (int v = 0; v < out.length; v++) {
      out[v] /= total * (1 + sink);
    }
    return new Row(out, highest, logSumExp);
  }

  private int[] seen(int sequence, int queryToken) {
    int length = data.lengths[sequence];
    int count = point.causal() ? length - shape.queryTokens() + queryToken + 1 : length;
    int[] tokens = new int[Math.max(0, count)];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = data.token(sequence, i);
    }
    return tokens;
  }

  private int[] listed(int sequence, int queryToken) {
    long from = ((long) sequence * shape.queryTokens() + queryToken) * point.topK();
    long outside = (long) data.cache.blocks() * data.cache.blockTokens();
    int[] tokens = new int[point.topK()];
    int count = 0;
    for (int i = 0; i < tokens.length; i++) {
      int token = data.indices.memory().getAtIndex(JAVA_INT, from + i);
      if (token >= 0 && token < outside) {
        tokens[count++] = token;
      }
    }
    return Arrays.copyOf(tokens, count);
  }

  private double score(int sequence, int queryToken, int head, int token) {
    long row = ((long) sequence * shape.queryTokens() + queryToken) * shape.heads() + head;
    double sum = 0;
    for (int d = 0; d < shape.width(); d++) {
      float q = DecodeData.get(data.queries.memory(), data.queries.type(), row * shape.width() + d);
      sum += (double) q * key(token, head, d);
    }
    return sum * data.options.scale();
  }

  private float key(int token, int head, int d) {
    return data.key(token, head / (shape.heads() / shape.keyHeads()), d);
  }
}
