package io.mla4j.data.text;

import java.util.Optional;

/**
 * A document and its class, or two texts and what is said of them together.
 *
 * @param text may be empty
 * @param pair the second text, absent where the source has one text a row
 * @param label the class's name, or a number as it is written; absent where the source has no label
 *     column
 */
public record TextExample(
    String text, Optional<String> pair, Optional<String> label, RowOrigin origin) {

  /** A single text. */
  public TextExample(String text, Optional<String> label, RowOrigin origin) {
    this(text, Optional.empty(), label, origin);
  }
}
