package io.mla4j.data.corpus;

import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextReader;
import io.mla4j.data.text.TextSource;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The pieces of one file after another, one file open at a time. */
final class CorpusPieces implements Iterator<Piece>, AutoCloseable {

  private final Iterator<TextSource> files;
  private final BiConsumer<Path, RowReport> finished;
  private Optional<Path> file = Optional.empty();
  private Optional<TextPieces> plain = Optional.empty();
  private Optional<TextReader> rows = Optional.empty();
  private Optional<Piece> upcoming = Optional.empty();

  /**
   * Of these files.
   *
   * @param finished told what became of the rows of each file that is read to its end
   */
  CorpusPieces(List<TextSource> files, BiConsumer<Path, RowReport> finished) {
    this.files = files.iterator();
    this.finished = finished;
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
    rows.ifPresent(reader -> finished.accept(file.orElseThrow(), reader.report()));
    close();
    if (!files.hasNext()) {
      return false;
    }
    TextSource next = files.next();
    file = Optional.of(next.file());
    if (Corpus.isPlain(next)) {
      plain = Optional.of(new TextPieces(next.file(), next.encoding()));
    } else {
      rows = Optional.of(next.open());
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
