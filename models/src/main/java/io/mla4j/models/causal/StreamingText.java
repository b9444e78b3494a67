package io.mla4j.models.causal;

import io.mla4j.data.token.Tokenizer;
import java.util.Arrays;

/**
 * Tokens to text as they come: a piece is given out once no later token can change it, so that
 * characters of several tokens come whole.
 */
public final class StreamingText {

  private static final char BROKEN = '\uFFFD';
  private static final int LONGEST_CHARACTER = 16;

  private final Tokenizer tokenizer;
  private int[] tokens = new int[64];
  private int length;
  private int given;
  private int context;

  public StreamingText(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Text that comes before what is given out, and may decide how that is written. */
  public StreamingText after(int[] before) {
    for (int token : before) {
      add(token);
    }
    context = Math.max(0, length - LONGEST_CHARACTER);
    given = length;
    return this;
  }

  private void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** The text that a further token completes; often empty within a character. */
  public String next(int token) {
    add(token);
    String before = text(given);
    String after = text(length);
    boolean unfinished =
        !after.isEmpty()
            && after.charAt(after.length() - 1) == BROKEN
            && length - given < LONGEST_CHARACTER;
    if (unfinished || !after.startsWith(before)) {
      return unfinished ? "" : rest(before, after);
    }
    return rest(before, after);
  }

  /** What is left when no further token comes. */
  public String end() {
    return rest(text(given), text(length));
  }

  private String rest(String before, String after) {
    context = given;
    given = length;
    return after.length() > before.length() ? after.substring(before.length()) : "";
  }

  private String text(int end) {
    return tokenizer.decode(Arrays.copyOfRange(tokens, context, end));
  }
}
