package io.mla4j.models.causal;

import java.util.Arrays;

/**
 * Guesses that what followed the last few tokens before follows them again (prompt lookup
 * decoding): for answers that quote their prompt, or repeat.
 *
 * @param longest how many last tokens are looked for at first, 1 or more; then ever fewer
 */
public record PromptLookup(int longest) implements Drafter {

  public PromptLookup {
    if (longest < 1) {
      throw new IllegalArgumentException(
          "A prompt look-up compares 1 token or more, not " + longest + ".");
    }
  }

  @Override
  public int[] draft(int[] tokens, int most) {
    for (int length = Math.min(longest, tokens.length - 1); length >= 1; length--) {
      int end = tokens.length - length;
      for (int start = end - 1; start >= 0; start--) {
        if (Arrays.equals(tokens, start, start + length, tokens, end, tokens.length)) {
          int from = start + length;
          return Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + most));
        }
      }
    }
    return new int[0];
  }
}
