package io.mla4j.data.corpus;

import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The pieces of one file after another, one file open at a time. */
final class CorpusPieces implements Iterator<Piece>, AutoCloseable {

  private final Iterator<TextSource> files;
  private Optional<TextPieces> plain = Optional.empty();
  private Optional<TextReader> rows = Optional.empty();
  private Optional<Piece> upcoming = Optional.empty();

  CorpusPieces(List<TextSource> files) {
    this.files = files.iterator();
  }

  @Override
  public boolean hasNext() {
    while (upcoming.isEmpty()) {
      upcoming = ofOpenFile();
      if (upcoming.isEmpty() && !openNext()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Piece next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The files have no more text.");
    }
    Piece piece = upcoming.orElseThrow();
    upcoming = Optional.empty();
    return piece;
  }

  private Optional<Piece> ofOpenFile() {
    if (plain.isPresent() && plain.get().hasNext()) {
      return Optional.of(plain.get().next());
    }
    while (rows.isPresent() && rows.get().hasNext()) {
      String text = rows.get().next().text();
      if (!text.isEmpty()) {
        return Optional.of(Piece.whole(text));
      }
    }
    return Optional.empty();
  }

  private boolean openNext() {
    close();
    if (!files.hasNext()) {
      return false;
    }
    TextSource file = files.next();
    if (Corpus.isPlain(file)) {
      plain = Optional.of(new TextPieces(file.file(), file.encoding()));
    } else {
      rows = Optional.of(file.open());
    }
    return true;
  }

  @Override
  public void close() {
    plain.ifPresent(TextPieces::close);
    rows.ifPresent(TextReader::close);
    plain = Optional.empty();
    rows = Optional.empty();
  }
}
