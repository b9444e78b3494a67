package io.mla4j.models.pair;

import io.mla4j.checkpoint.Described;
import io.mla4j.data.batch.PairBatch;
import io.mla4j.models.encoder.TextEncoder;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.nn.Parameter;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says a number of two texts: one encoder gives a vector of each, u and v, of which the number
 * follows. The cosine of the two is one of the things looked at from the start; what else the two
 * tell is learnt as a correction to it.
 */
public final class PairRegressor extends TextEncoder implements Forward<PairBatch>, Described {

  /** Keeps the cosine's derivative finite where a vector is all zeros. */
  private static final double LEAST_SQUARES = 1e-12;

  private static final double CORRECTION_GAIN = 0.1;

  private final PairRegressorConfig config;
  private final Parameter slope;
  private final Parameter offset;
  private final Optional<Linear> correction;

  /**
   * Makes the model.
   *
   * @throws IllegalArgumentException if the vocabulary or the numbers' range are not known yet
   */
  public PairRegressor(PairRegressorConfig config, Initializer initializer) {
    super(known(config).textEncoder(), initializer);
    this.config = config;
    int width = config.encoder().hiddenSize();
    this.slope = parameter("cosine_slope", initializer.constant(1, 1));
    this.offset = parameter("cosine_offset", initializer.constant(0, 1));
    this.correction =
        config.head().comparison() != Comparison.COSINE
            ? Optional.of(
                child("correction", new Linear(initializer, 2L * width, 1, false, CORRECTION_GAIN)))
            : Optional.empty();
  }

  private static PairRegressorConfig known(PairRegressorConfig config) {
    if (!config.head().isKnown()) {
      throw new IllegalArgumentException(
          "A pair regressor needs vocabSize, targetMean and targetDeviation; give them or resolve"
              + " the config.");
    }
    return config;
  }

  public PairRegressorConfig config() {
    return config;
  }

  @Override
  public ObjectNode description() {
    return RegressorFolder.tree(config);
  }

  /**
   * Says the numbers.
   *
   * @return [P]
   */
  @Override
  public Tensor forward(PairBatch batch) {
    int pairs = batch.pairs();
    Tensor vectors = encode(batch.texts()); // [2P, E]
    Tensor u = vectors.narrow(0, 0, pairs);
    Tensor v = vectors.narrow(0, pairs, pairs);
    Tensor product = u.mul(v); // [P, E]
    Tensor alike =
        config.head().comparison() == Comparison.BAG_AND_FEATURES
            ? cosineOfBags(batch)
            : cosine(u, v, product);
    Tensor number = alike.mul(slope.value()).add(offset.value()); // [P, 1]
    if (correction.isPresent()) {
      Tensor difference = u.sub(v).square().add(LEAST_SQUARES).sqrt();
      // Divided by E: a step of the optimizer moves all weights, and their sum would leap.
      Tensor features =
          engine().concat(List.of(difference, product), 1).mul(1.0 / config.encoder().hiddenSize());
      number = number.add(correction.get().forward(features));
    }
    PairHead head = config.head();
    return number.squeeze(1).mul(head.targetDeviation()).add(head.targetMean());
  }

  private Tensor cosineOfBags(PairBatch batch) {
    Tensor bags = bag(batch.texts()); // [2P, E]
    Tensor first = bags.narrow(0, 0, batch.pairs());
    Tensor second = bags.narrow(0, batch.pairs(), batch.pairs());
    return cosine(first, second, first.mul(second));
  }

  /** [P, 1]. */
  private static Tensor cosine(Tensor u, Tensor v, Tensor product) {
    Tensor squares = squares(u).mul(squares(v));
    return product.sum(1).div(squares.sqrt());
  }

  private static Tensor squares(Tensor vectors) {
    return vectors.square().sum(1).add(LEAST_SQUARES);
  }
}
