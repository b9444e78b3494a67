package io.mla4j.data.token;

/**
 * Cuts text into words as GPT-2 does, whose pattern is {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|
 * ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}: scanned by hand, for a regular expression takes longer
 * than all other steps of the training together.
 */
final class WordSplitter {

  private enum Kind {
    LETTER,
    NUMBER,
    SPACE,
    OTHER
  }

  private static final String[] CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

  private WordSplitter() {}

  /** Where the word that starts at an index ends. */
  static int wordEnd(String text, int start) {
    int contraction = contractionEnd(text, start);
    if (contraction > start) {
      return contraction;
    }
    int body = text.charAt(start) == ' ' && start + 1 < text.length() ? start + 1 : start;
    Kind kind = kind(text.codePointAt(body));
    return kind == Kind.SPACE ? spaceEnd(text, start) : runEnd(text, body, kind);
  }

  private static int contractionEnd(String text, int start) {
    if (text.charAt(start) == '\'') {
      for (String contraction : CONTRACTIONS) {
        if (text.startsWith(contraction, start)) {
          return start + contraction.length();
        }
      }
    }
    return start;
  }

  /** White space but for its last character, which belongs to the word after it. */
  private static int spaceEnd(String text, int start) {
    int end = runEnd(text, start, Kind.SPACE);
    return end == text.length() || end == start + 1 ? end : end - 1;
  }

  private static int runEnd(String text, int start, Kind kind) {
    int end = start;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      if (kind(character) != kind) {
        break;
      }
      end += Character.charCount(character);
    }
    return end;
  }

  private static Kind kind(int character) {
    return switch (Character.getType(character)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          Kind.LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          Kind.NUMBER;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          Kind.SPACE;
      default ->
          character >= '\t' && character <= '\r' || character == 0x85 ? Kind.SPACE : Kind.OTHER;
    };
  }
}
