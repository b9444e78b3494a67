package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Module;
import io.mla4j.nn.Parameter;
import io.mla4j.nn.feedforward.RouterConfig.Scoring;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Optional;

/** Chooses experts for tokens, {@code weight} [X, E]; it computes in float32 whatever comes in. */
public final class Router extends Module {

  private static final double LEAST_SUM = 1e-20;

  /**
   * The experts of each token.
   *
   * @param experts [N, K] INT64
   * @param weights [N, K] of the tokens' type
   */
  public record Choice(Tensor experts, Tensor weights) {}

  private final RouterConfig config;
  private final Parameter weight;
  private final Optional<Parameter> bias;
  private final double[] loads;

  public Router(Initializer initializer, long width, RouterConfig config) {
    this.config = config;
    this.weight = parameter("weight", initializer.matrix(1, config.experts(), width));
    this.bias =
        config.biased()
            ? Optional.of(
                buffer(
                    "e_score_correction_bias", initializer.buffer(DType.FLOAT32, config.experts())))
            : Optional.empty();
    this.loads = new double[config.experts()];
  }

  /**
   * Chooses.
   *
   * @param x [N, E]
   */
  public Choice choose(Tensor x, LayerPass pass) {
    DType computed = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor logits =
        x.engine()
            .linear(x.cast(computed), weight.value().cast(computed), Optional.empty()); // [N, X]
    Tensor scores = config.scoring() == Scoring.SOFTMAX ? logits.softmax() : logits.sigmoid();
    Tensor chosen = chosen(scores); // [N, K]
    Tensor weights = scores.gather(1, chosen);
    if (config.normalized()) {
      weights = weights.div(weights.sum(-1).add(LEAST_SUM));
    }
    leave(scores, chosen, pass);
    return new Choice(chosen, weights.mul(config.scale()).cast(x.dtype()));
  }

  /** No gradient passes through a choice. */
  private Tensor chosen(Tensor scores) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = scores.engine().noGrad()) {
      Tensor judged = scores.detach();
      if (bias.isPresent()) {
        judged = judged.add(bias.get().value().cast(scores.dtype()));
      }
      if (config.groups() > config.keptGroups()) {
        judged = withinKeptGroups(judged);
      }
      return scope.keep(judged.topK(config.perToken()).indices());
    }
  }

  /** Scores of experts in groups that a token does not keep are the lowest of all. */
  private Tensor withinKeptGroups(Tensor scores) {
    long tokens = scores.shape().dim(0);
    long size = config.experts() / config.groups();
    Tensor grouped = scores.reshape(tokens, config.groups(), size);
    int best = (int) Math.min(size, config.scoring() == Scoring.SOFTMAX ? 1 : 2);
    Tensor ofGroups = grouped.topK(best).values().sum(-1).squeeze(2); // [N, groups]
    Tensor kept = ofGroups.topK(config.keptGroups()).indices(); // [N, kept]
    Tensor keeps =
        scores
            .engine()
            .zeros(scores.dtype(), tokens, config.groups())
            .scatter(1, kept, scores.engine().full(scores.dtype(), 1, kept.shape().toArray()));
    Tensor left = keeps.eq(scores.engine().zeros(scores.dtype())).unsqueeze(2); // [N, groups, 1]
    return grouped.maskedFill(left, scores.dtype().lowest()).reshape(scores.shape().toArray());
  }

  private void leave(Tensor scores, Tensor chosen, LayerPass pass) {
    pass.statistic("chosenExperts", () -> chosen.cast(DType.FLOAT64).toDoubles());
    if (!isTraining()) {
      pass.statistic("expertLoad", () -> counts(chosen));
      return;
    }
    double[] counts = counts(chosen);
    for (int expert = 0; expert < loads.length; expert++) {
      loads[expert] += counts[expert];
    }
    if (config.balanceWeight() > 0) {
      pass.auxiliaryLoss("loadBalance", balanceLoss(scores, counts));
    }
    pass.statistic("expertLoad", () -> counts);
  }

  private double[] counts(Tensor chosen) {
    double[] counts = new double[config.experts()];
    for (long expert : chosen.toLongs()) {
      counts[(int) expert]++;
    }
    return counts;
  }

  /**
   * {@code α Σᵢ fᵢ Pᵢ}: the share of tokens an expert gets, times X over K, times its mean score
   * (arXiv 2405.04434, equations 23 to 25). It is α where all experts get as many.
   */
  private Tensor balanceLoss(Tensor scores, double[] counts) {
    long tokens = Math.max(1, scores.shape().dim(0));
    double[] shares = new double[counts.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = counts[i] * config.experts() / ((double) config.perToken() * tokens);
    }
    Tensor f = scores.engine().ofDoubles(shares, shares.length).cast(scores.dtype());
    Tensor shown = config.scoring() == Scoring.SIGMOID ? scores.div(scores.sum(-1)) : scores;
    Tensor p = shown.mean(0).squeeze(0); // [X]
    return f.mul(p).sum().mul(config.balanceWeight());
  }

  /** Makes experts with more tokens than the mean less likely, and others more. */
  @Override
  protected void afterStep() {
    if (bias.isEmpty() || config.biasSpeed() == 0) {
      return;
    }
    double mean = 0;
    for (double load : loads) {
      mean += load / loads.length;
    }
    float[] moved = bias.get().value().toFloats();
    for (int expert = 0; expert < moved.length; expert++) {
      moved[expert] += (float) (config.biasSpeed() * Math.signum(mean - loads[expert]));
      loads[expert] = 0;
    }
    try (TensorScope scope = TensorScope.open()) {
      bias.get().set(weight.value().engine().ofFloats(moved, moved.length));
    }
  }
}
