package io.mla4j.nn.feedforward;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.LayerPass;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.ExpertMatrices;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Each token passes through the few experts that a router chooses for it, and through those that
 * all tokens share (DeepSeekMoE, arXiv 2401.06066).
 */
public final class MixtureOfExperts extends FeedForward {

  private final Router router;
  private final List<SwiGluFeedForward> experts;
  private final Optional<SwiGluFeedForward> shared;

  public MixtureOfExperts(
      Initializer initializer, long width, ExpertsConfig config, double outputGain) {
    int inner = config.intermediateSize();
    this.router = child("gate", new Router(initializer, width, config.router()));
    this.experts =
        children(
            "experts",
            IntStream.range(0, config.router().experts())
                .mapToObj(i -> new SwiGluFeedForward(initializer, width, inner, false, outputGain))
                .toList());
    this.shared =
        config.shared() == 0
            ? Optional.empty()
            : Optional.of(
                child(
                    "shared_experts",
                    new SwiGluFeedForward(
                        initializer, width, (long) inner * config.shared(), false, outputGain)));
  }

  @Override
  public Tensor forward(Tensor x, LayerPass pass) {
    Tensor tokens = x.reshape(-1, x.shape().dim(-1)); // [N, E]
    Router.Choice choice = router.choose(tokens, pass);
    Tensor routed =
        x.engine().routedExperts(tokens, choice.experts(), choice.weights(), matrices(x.dtype()));
    Tensor all = shared.map(network -> routed.add(network.forward(tokens))).orElse(routed);
    return all.reshape(x.shape().toArray());
  }

  private ExpertMatrices matrices(DType type) {
    return new ExpertMatrices(
        experts.stream().map(expert -> expert.gate().operand(type)).toList(),
        experts.stream().map(expert -> expert.up().operand(type)).toList(),
        experts.stream().map(expert -> expert.down().operand(type)).toList());
  }
}
