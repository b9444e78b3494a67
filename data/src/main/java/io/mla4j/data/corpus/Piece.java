package io.mla4j.data.corpus;

/**
 * A stretch of a document's text, not empty.
 *
 * @param endsDocument whether what follows is another document
 */
public record Piece(String text, boolean endsDocument) {

  /** A document in one piece. */
  public static Piece whole(String text) {
    return new Piece(text, true);
  }
}
