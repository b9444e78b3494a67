package io.mla4j.data.text;

import java.util.Optional;

/**
 * Which columns (fields, in JSON) hold the text and its label.
 *
 * @param pair holds the second text of a pair; absent where an example is one text
 * @param label absent to read texts alone, as for predictions
 * @param header whether a CSV or TSV file starts with a line of names; without one its columns are
 *     called 1, 2, 3, …
 */
public record Columns(String text, Optional<String> pair, Optional<String> label, boolean header) {

  /** {@code text} and {@code label}, with a header line. */
  public static final Columns DEFAULT = of("text", "label");

  /** Columns of single texts. */
  public Columns(String text, Optional<String> label, boolean header) {
    this(text, Optional.empty(), label, header);
  }

  public static Columns of(String text, String label) {
    return new Columns(text, Optional.of(label), true);
  }

  public static Columns textOnly(String text) {
    return new Columns(text, Optional.empty(), true);
  }

  public Columns withoutHeader() {
    return new Columns(text, pair, label, false);
  }

  /** The texts alone. */
  public Columns withoutLabel() {
    return new Columns(text, pair, Optional.empty(), header);
  }

  /** The same with a second text beside the first. */
  public Columns withPair(String column) {
    return new Columns(text, Optional.of(column), label, header);
  }
}
