package io.mla4j.models.causal;

import io.mla4j.tensor.Sampling;
import java.util.Set;

/**
 * How text is generated.
 *
 * @param maxTokens generated at most
 * @param sampling how each is chosen
 * @param seed of the choices: the same one gives the same text
 * @param endTokens after any of which generation ends
 * @param drafter guesses tokens ahead
 * @param draftTokens guessed at most at once
 */
public record GenerationSettings(
    int maxTokens,
    Sampling sampling,
    long seed,
    Set<Integer> endTokens,
    Drafter drafter,
    int draftTokens) {

  public GenerationSettings {
    if (maxTokens < 0 || draftTokens < 0) {
      throw new IllegalArgumentException(
          "maxTokens and draftTokens are 0 or more, not %d and %d."
              .formatted(maxTokens, draftTokens));
    }
    endTokens = Set.copyOf(endTokens);
  }

  /** The likeliest tokens, one at a time, until an end token. */
  public static GenerationSettings greedy(int maxTokens, Set<Integer> endTokens) {
    return new GenerationSettings(maxTokens, Sampling.GREEDY, 0, endTokens, Drafter.NONE, 0);
  }

  public GenerationSettings withSampling(Sampling other, long otherSeed) {
    return new GenerationSettings(maxTokens, other, otherSeed, endTokens, drafter, draftTokens);
  }

  public GenerationSettings withDrafter(Drafter other, int most) {
    return new GenerationSettings(maxTokens, sampling, seed, endTokens, other, most);
  }
}
