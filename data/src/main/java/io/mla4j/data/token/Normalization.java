package io.mla4j.data.token;

import java.util.Locale;

/**
 * How texts are respelled before they are cut into tokens, so that fewer spellings are learnt.
 *
 * @param lowercase whether in lower case
 * @param prefixSpace whether with a space before the first word, so that it is the same token as
 *     everywhere else
 */
public record Normalization(boolean lowercase, boolean prefixSpace) {

  public static final Normalization NONE = new Normalization(false, false);

  /** A text as the tokens spell it. */
  String of(String text) {
    String cased = lowercase ? text.toLowerCase(Locale.ROOT) : text;
    return prefixSpace && !cased.startsWith(" ") ? " " + cased : cased;
  }
}
