package io.mla4j.kernels.verification;

import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.ValueLayout;

/** Attention as written in a textbook, in double precision. */
record AttentionOracle(Heads query, Heads key, Heads value, Visibility visibility, double scale) {

  double[] row(int batch, int token, int head) {
    int group = (int) (head / (query.heads() / key.heads()));
    int keys = (int) key.tokens();
    double[] scores = new double[keys];
    double max = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < keys; s++) {
      scores[s] = sees(batch, token, s) ? score(batch, token, head, group, s) : Double.NaN;
      max = Double.isNaN(scores[s]) ? max : Math.max(max, scores[s]);
    }
    double[] result = new double[(int) value.width()];
    double sum = 0;
    for (int s = 0; s < keys; s++) {
      if (!Double.isNaN(scores[s])) {
        double p = Math.exp(scores[s] - max);
        sum += p;
        for (int v = 0; v < result.length; v++) {
          result[v] += p * Floats.get(value.memory(), value.index(batch, s, group) + v);
        }
      }
    }
    for (int v = 0; v < result.length; v++) {
      result[v] = sum == 0 ? 0 : result[v] / sum;
    }
    return result;
  }

  private double score(int batch, int token, int head, int group, int s) {
    double sum = 0;
    for (int d = 0; d < query.width(); d++) {
      sum +=
          (double) Floats.get(query.memory(), query.index(batch, token, head) + d)
              * Floats.get(key.memory(), key.index(batch, s, group) + d);
    }
    return sum * scale;
  }

  private boolean sees(int batch, int token, int s) {
    long distance = key.tokens() - query.tokens() + token - s;
    long window = visibility.window();
    boolean causal = !visibility.causal() || distance >= 0;
    boolean near = window == 0 || Math.abs(distance) < window;
    boolean real =
        visibility
            .keyMask()
            .map(m -> m.get(ValueLayout.JAVA_BYTE, batch * key.tokens() + s) != 0)
            .orElse(true);
    return causal && near && real;
  }
}
