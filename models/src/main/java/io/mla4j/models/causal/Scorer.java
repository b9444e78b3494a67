package io.mla4j.models.causal;

import io.mla4j.nn.NotFiniteException;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a model thinks of given tokens. */
public final class Scorer {

  /** Rows of scores in memory at once. */
  private static final int ROWS = 256;

  private final CausalModel model;
  private final Engine engine;

  public Scorer(CausalModel model) {
    this.model = model;
    this.engine = model.engine();
  }

  /** A token that may come next. */
  public record Next(int id, double logProbability) {}

  /**
   * The scores of a sequence.
   *
   * @param logProbabilities of each token after the first, given those before it, in nats
   * @param next the likeliest tokens after the last, the likeliest first
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Scores(double[] logProbabilities, List<Next> next) {}

  /**
   * Scores a sequence in one pass.
   *
   * @param ids one or more
   * @param likeliest how many tokens that may come next are named, 0 or more
   * @throws IllegalArgumentException if there is no token, or one that the model does not have
   * @throws NotFiniteException if the model gives no numbers
   */
  public Scores score(int[] ids, int likeliest) {
    if (ids.length == 0 || likeliest < 0) {
      throw new IllegalArgumentException(
          "Scores need 1 token or more, and name 0 next ones or more, not %d and %d."
              .formatted(ids.length, likeliest));
    }
    model.requireTokens("The sequence", ids);
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        ForwardPass pass = model.pass(ids.length)) {
      long[] wide = Arrays.stream(ids).asLongStream().toArray();
      Tensor hidden = model.hidden(engine.ofLongs(wide, 1, ids.length), pass).squeeze(0);
      double[] given = logProbabilities(hidden, wide, 1);
      return new Scores(given, next(hidden.narrow(0, ids.length - 1L, 1), likeliest));
    }
  }

  /**
   * The log-probability of each token from one on, given those before it.
   *
   * @param hidden [T, E] of all tokens
   * @param first which token is the first to be scored, 1 or more
   */
  double[] logProbabilities(Tensor hidden, long[] ids, int first) {
    double[] scores = new double[ids.length - first];
    for (int from = 0; from < scores.length; from += ROWS) {
      int count = Math.min(ROWS, scores.length - from);
      try (TensorScope scope = TensorScope.open()) {
        Tensor rows = hidden.narrow(0, first - 1L + from, count);
        Tensor all = logits(rows).logSoftmax(); // [count, V]
        long[] labels = Arrays.copyOfRange(ids, first + from, first + from + count);
        double[] some = all.gather(1, engine.ofLongs(labels, count, 1)).toDoubles();
        System.arraycopy(some, 0, scores, from, count);
      }
    }
    return scores;
  }

  private Tensor logits(Tensor hidden) {
    return NotFiniteException.require(model.logits(hidden), "scores of the next token");
  }

  private List<Next> next(Tensor hidden, int likeliest) {
    if (likeliest == 0) {
      return List.of();
    }
    Tensor all = logits(hidden).logSoftmax(); // [1, V]
    Tensor.Ranked best = all.topK(Math.min(likeliest, model.config().vocabSize()));
    double[] values = best.values().toDoubles();
    long[] indices = best.indices().toLongs();
    List<Next> next = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      next.add(new Next((int) indices[i], values[i]));
    }
    return next;
  }
}
