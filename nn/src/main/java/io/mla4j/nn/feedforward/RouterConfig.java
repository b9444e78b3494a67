package io.mla4j.nn.feedforward;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Optional;

/**
 * How tokens choose their experts.
 *
 * @param experts X
 * @param perToken K, the experts of each token
 * @param scoring what makes scores of the router's logits
 * @param groups the experts form, in their order; 1 for none (DeepSeek-V2, arXiv 2405.04434,
 *     section 2.2.2)
 * @param keptGroups of which a token may choose experts
 * @param normalized whether the scores of the chosen experts are divided by their sum
 * @param scale what the weights of the chosen experts are multiplied by
 * @param biased whether a bias, which the loads of the experts move and no gradient, is added to
 *     the scores for the choice alone (DeepSeek-V3, arXiv 2412.19437, section 2.1.2)
 * @param biasSpeed how far a step moves the bias
 * @param balanceWeight of the auxiliary loss for balanced loads; 0 for none
 */
public record RouterConfig(
    int experts,
    int perToken,
    Scoring scoring,
    int groups,
    int keptGroups,
    boolean normalized,
    double scale,
    boolean biased,
    double biasSpeed,
    double balanceWeight) {

  /** What makes scores of a router's logits. */
  public enum Scoring {
    /** Over all experts; groups are judged by their best expert (DeepSeek-V2). */
    SOFTMAX,
    /** Of each expert alone; groups are judged by their best two (DeepSeek-V3). */
    SIGMOID
  }

  public RouterConfig {
    atLeast("experts", experts, 1);
    atLeast("perToken", perToken, 1);
    atLeast("groups", groups, 1);
    if (experts % groups != 0 || keptGroups < 1 || keptGroups > groups) {
      throw new IllegalArgumentException(
          "groups must divide experts, and keptGroups be 1 to groups, not %d experts, %d and %d."
              .formatted(experts, groups, keptGroups));
    }
    if (perToken > experts / groups * keptGroups) {
      throw new IllegalArgumentException(
          "A token cannot choose %d experts of %d groups of %d."
              .formatted(perToken, keptGroups, experts / groups));
    }
    if (!(scale > 0 && Double.isFinite(scale))) {
      throw new IllegalArgumentException("scale is above 0 and finite, not " + scale + ".");
    }
    if (!(biasSpeed >= 0 && balanceWeight >= 0)) {
      throw new IllegalArgumentException(
          "biasSpeed and balanceWeight are 0 or more, not %s and %s."
              .formatted(biasSpeed, balanceWeight));
    }
  }

  /** Where little is said: DeepSeek-V3's router in one group. */
  @JsonCreator
  static RouterConfig given(
      int experts,
      int perToken,
      Optional<Scoring> scoring,
      Optional<Integer> groups,
      Optional<Integer> keptGroups,
      Optional<Boolean> normalized,
      Optional<Double> scale,
      Optional<Boolean> biased,
      Optional<Double> biasSpeed,
      Optional<Double> balanceWeight) {
    Scoring chosen = scoring.orElse(Scoring.SIGMOID);
    int all = groups.orElse(1);
    return new RouterConfig(
        experts,
        perToken,
        chosen,
        all,
        keptGroups.orElse(all),
        normalized.orElse(chosen == Scoring.SIGMOID),
        scale.orElse(1.0),
        biased.orElse(chosen == Scoring.SIGMOID),
        biasSpeed.orElse(0.001),
        balanceWeight.orElse(chosen == Scoring.SIGMOID ? 0.0001 : 0.001));
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value + ".");
    }
  }
}
