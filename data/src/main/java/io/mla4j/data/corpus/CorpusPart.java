package io.mla4j.data.corpus;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A stretch of a corpus, counted in documents or in characters.
 *
 * @param from the first, from 0
 * @param to the one after the last
 */
record CorpusPart(Corpus corpus, boolean byCharacter, long from, long to)
    implements Iterable<Piece> {

  static CorpusPart documents(Corpus corpus, long from, long to) {
    return new CorpusPart(corpus, false, from, to);
  }

  /** The characters of a corpus of one document. */
  static CorpusPart characters(Corpus corpus, long from, long to) {
    return new CorpusPart(corpus, true, from, to);
  }

  @Override
  public Iterator<Piece> iterator() {
    return new Pieces();
  }

  private final class Pieces implements Iterator<Piece> {

    private final CorpusPieces whole = corpus.pieces();
    private Optional<Piece> upcoming = Optional.empty();
    private long at;

    @Override
    public boolean hasNext() {
      while (upcoming.isEmpty() && at < to && whole.hasNext()) {
        upcoming = inside(whole.next());
      }
      if (upcoming.isEmpty()) {
        whole.close();
      }
      return upcoming.isPresent();
    }

    @Override
    public Piece next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The part has no more text.");
      }
      Piece piece = upcoming.orElseThrow();
      upcoming = Optional.empty();
      return piece;
    }

    private Optional<Piece> inside(Piece piece) {
      long start = at;
      if (!byCharacter) {
        at += piece.endsDocument() ? 1 : 0;
        return start < from ? Optional.empty() : Optional.of(piece);
      }
      at += piece.text().length();
      int first = place(piece.text(), from - start);
      int last = place(piece.text(), to - start);
      return first < last
          ? Optional.of(new Piece(piece.text().substring(first, last), at >= to))
          : Optional.empty();
    }

    /** A place within a text, not within a character of two units. */
    private static int place(String text, long wanted) {
      int place = (int) Math.clamp(wanted, 0, text.length());
      boolean within =
          place > 0
              && place < text.length()
              && Character.isLowSurrogate(text.charAt(place))
              && Character.isHighSurrogate(text.charAt(place - 1));
      return within ? place + 1 : place;
    }
  }
}
