package io.mla4j.data.corpus;

import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Text to learn a language from: one file or several, read anew by each iterator, a piece at a
 * time. A file of plain text is one document; a file of rows, such as JSON Lines or Parquet, has
 * one a row. Documents without a character are passed over.
 */
public final class Corpus implements Iterable<Piece> {

  private static final Set<String> ROWS =
      Set.of("json", "jsonl", "ndjson", "csv", "tsv", "parquet");
  private static final String PACKED = ".gz";

  private final List<TextSource> files;
  private final Map<Path, RowReport> rows = new ConcurrentHashMap<>();

  private Corpus(List<TextSource> files) {
    this.files = List.copyOf(files);
  }

  /**
   * The text of a file, or of all files of a folder in the order of their names.
   *
   * @param reading how a file is read; without a format, one whose ending is none of those of rows
   *     is plain text
   * @throws DataException if there is none
   */
  public static Corpus of(Path place, UnaryOperator<TextSource> reading) {
    List<TextSource> files = new ArrayList<>();
    for (Path file : files(place)) {
      files.add(reading.apply(TextSource.of(file)));
    }
    return new Corpus(files);
  }

  private static List<Path> files(Path place) {
    if (!Files.exists(place)) {
      throw new DataException("There is no file or folder " + place.toAbsolutePath() + ".");
    }
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> inside = Files.list(place)) {
      List<Path> files =
          inside.filter(Files::isRegularFile).filter(file -> !isHidden(file)).sorted().toList();
      if (files.isEmpty()) {
        throw new DataException("There is no file in the folder " + place + ".");
      }
      return files;
    } catch (IOException failure) {
      throw ReadFailure.of(place.toString(), failure);
    }
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  /** The files, in the order they are read. */
  public List<Path> paths() {
    return files.stream().map(TextSource::file).toList();
  }

  /** Whether a file is read as one document, not by rows. */
  static boolean isPlain(TextSource source) {
    String name = source.file().getFileName().toString().toLowerCase(Locale.ROOT);
    String plain =
        name.endsWith(PACKED) ? name.substring(0, name.length() - PACKED.length()) : name;
    return source.format().isEmpty() && !ROWS.contains(plain.substring(plain.lastIndexOf('.') + 1));
  }

  @Override
  public Iterator<Piece> iterator() {
    return pieces();
  }

  /** The same as {@link #iterator}, for one who may stop before the end. */
  CorpusPieces pieces() {
    return new CorpusPieces(files, rows::put);
  }

  /** Whether it is one document by its form: a file of plain text. */
  public boolean isOneText() {
    return files.size() == 1 && isPlain(files.getFirst());
  }

  /** What became of the rows of files that were read to their end. */
  public RowReport rows() {
    return rows.values().stream().reduce(RowReport.NONE, RowReport::plus);
  }

  /** How much text there is; it is read through for it. */
  public CorpusSize size() {
    long characters = 0;
    long documents = 0;
    for (Piece piece : this) {
      characters += piece.text().length();
      documents += piece.endsDocument() ? 1 : 0;
    }
    return new CorpusSize(documents, characters);
  }

  /**
   * Two parts of this text, the second of which holds about this share: the last documents, or, of
   * a single one, its last characters. Each has something in it.
   *
   * @throws DataException if there is too little text for two
   */
  public HeldOut split(double share) {
    files.forEach(TextSource::requireFile);
    CorpusSize size = size();
    boolean single = size.documents() == 1;
    long whole = single ? size.characters() : size.documents();
    if (whole < 2) {
      throw new DataException(
          "%s holds too little text to hold some of it out; name a validation file."
              .formatted(files.getFirst().file()));
    }
    long kept = Math.clamp((long) ((1 - share) * whole), 1, whole - 1);
    return single
        ? new HeldOut(
            CorpusPart.characters(this, 0, kept), CorpusPart.characters(this, kept, whole))
        : new HeldOut(CorpusPart.documents(this, 0, kept), CorpusPart.documents(this, kept, whole));
  }

  /** Text to learn from, and the rest. */
  public record HeldOut(Iterable<Piece> train, Iterable<Piece> validation) {}
}
