package io.mla4j.files;

/** What a JSON or YAML parser says about a file, in words for who wrote the file. */
public final class ParserMessage {

  /** Settings of the parser, which who wrote the file cannot change. */
  private static final String SETTINGS =
      "[:;,]? ?\\(?(enable `[^`]*` to allow|not recognized as one since Feature '[^']*' not enabled"
          + " for parser)\\)?";

  /** Where the parser read it from, and which of its classes. */
  private static final String SOURCE = " ?(at )?\\[Source: [^\\]]*\\]";

  private ParserMessage() {}

  /** Its first line without the parser's settings and without a full stop. */
  public static String of(String message) {
    String line = message.lines().findFirst().orElse("").strip();
    String plain = line.replaceAll(SETTINGS, "").replaceAll(SOURCE, "").strip();
    return plain.isEmpty() ? "it cannot be read" : plain.replaceAll("\\.$", "");
  }
}
