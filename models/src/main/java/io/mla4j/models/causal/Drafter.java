package io.mla4j.models.causal;

/**
 * Guesses the tokens to come, which the model then checks all at once. What is generated is the
 * same with any guesses; good ones make it faster.
 */
public interface Drafter {

  /** Guesses nothing: one token a pass. */
  Drafter NONE = (tokens, most) -> new int[0];

  /**
   * Guesses.
   *
   * @param tokens of the prompt and generated so far
   * @param most to guess, 1 or more
   * @return tokens of the model, at most so many
   */
  int[] draft(int[] tokens, int most);
}
