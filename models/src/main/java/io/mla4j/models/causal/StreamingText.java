package io.mla4j.models.causal;

import io.mla4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Tokens to text as they come: a piece is given out once no later token can change it, so that all
 * pieces joined are the text that the tokenizer makes of all tokens at once. What is held back:
 * bytes that are not yet a character; and, since a decoder with byte fallback makes U+FFFD of every
 * byte of a row of such tokens if one of them is wrong, the row until another token ends it.
 *
 * <p>Decoders may write a token otherwise at the start of a text, such as without its space, so a
 * few tokens before are always decoded along.
 */
public final class StreamingText {

  private static final char BROKEN = '\uFFFD';
  private static final int CONTEXT = 16;

  private final Tokenizer tokenizer;
  private final Set<Integer> special;
  private final Set<Integer> bytes;

  /** What is decoded: tokens whose text is given out already, then others. */
  private int[] window = new int[2 * CONTEXT];

  private int length;
  private int given; // tokens of the window before the first that is held back
  private int characters; // of the window's text that are given out

  public StreamingText(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.special = Set.copyOf(tokenizer.specialTokens().values());
    this.bytes = fallbackBytes(tokenizer);
  }

  private static Set<Integer> fallbackBytes(Tokenizer tokenizer) {
    Set<Integer> bytes = new HashSet<>();
    for (int value = 0; value < 256; value++) {
      tokenizer.id("<0x%02X>".formatted(value)).ifPresent(bytes::add);
    }
    return bytes;
  }

  /** Text that comes before what is given out, and may decide how that is written. */
  public StreamingText after(int[] before) {
    for (int token : before) {
      if (hasText(token)) {
        add(token);
      }
    }
    characters = settled(text()).length();
    moveWindow(Math.max(0, length - CONTEXT));
    return this;
  }

  /** Decoding leaves out special tokens; and a model may have more tokens than its tokenizer. */
  private boolean hasText(int token) {
    return token < tokenizer.vocabularySize() && !special.contains(token);
  }

  private void add(int token) {
    if (length == window.length) {
      window = Arrays.copyOf(window, 2 * length);
    }
    window[length++] = token;
  }

  /** The text that a further token completes; often empty within a character. */
  public String next(int token) {
    if (!hasText(token)) {
      return "";
    }
    add(token);
    if (bytes.contains(token)) {
      return "";
    }
    String text = text();
    String settled = settled(text);
    String piece = give(settled);
    if (settled.length() == text.length()) {
      moveWindow(given);
    }
    return piece;
  }

  /** What is left when no further token comes. */
  public String end() {
    return give(text());
  }

  private String text() {
    return tokenizer.decode(Arrays.copyOf(window, length));
  }

  /** What further bytes cannot change: all but the last ones where they are no character yet. */
  private static String settled(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == BROKEN) {
      end--;
    }
    return text.substring(0, end);
  }

  private String give(String text) {
    String piece = text.length() > characters ? text.substring(characters) : "";
    characters += piece.length();
    return piece;
  }

  /** The tokens from here on stay, so that the next ones are decoded after them. */
  private void moveWindow(int from) {
    int start = from;
    while (start > 0 && bytes.contains(window[start])) {
      start--; // a row of bytes is decoded as a whole
    }
    int[] kept = Arrays.copyOfRange(window, start, length);
    String text = tokenizer.decode(kept);
    if (!text.isEmpty()) { // else what follows would count as the start of a text
      System.arraycopy(kept, 0, window, 0, kept.length);
      length = kept.length;
      characters = settled(text).length();
    }
    given = length;
  }
}
