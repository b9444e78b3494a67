package io.mla4j.cli.generate;

import java.util.Arrays;

/** Token ids as a user writes them: {@code 1,2,3}. */
public final class TokenIds {

  private TokenIds() {}

  /**
   * Reads ids.
   *
   * @throws IllegalArgumentException if there are none or one is no token of the vocabulary
   */
  public static int[] parse(String text, int vocabulary) {
    String[] parts = text.strip().split("\\s*[,\\s]\\s*");
    int[] ids = Arrays.stream(parts).mapToInt(part -> id(part, vocabulary)).toArray();
    if (ids.length == 0) {
      throw new IllegalArgumentException("Name one token id or more, as --ids 1,2,3.");
    }
    return ids;
  }

  private static int id(String part, int vocabulary) {
    if (!part.matches("\\d{1,9}") || Integer.parseInt(part) >= vocabulary) {
      throw new IllegalArgumentException(
          "'%s' is no token id: the model has the tokens 0 to %d.".formatted(part, vocabulary - 1));
    }
    return Integer.parseInt(part);
  }
}
