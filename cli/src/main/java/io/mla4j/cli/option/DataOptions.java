package io.mla4j.cli.option;

import io.mla4j.data.text.BadRowPolicy;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextFormat;
import io.mla4j.data.text.TextSource;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a data file is read. */
public final class DataOptions {

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column or field with the text; text if left out.")
  private Optional<String> textColumn = Optional.empty();

  @Option(
      names = "--pair-column",
      paramLabel = "NAME",
      description = "Column or field with the second text of a pair; pair if left out.")
  private Optional<String> pairColumn = Optional.empty();

  @Option(
      names = "--no-header",
      description = "A CSV or TSV file starts with a row; its columns are called 1, 2, 3, ...")
  private boolean noHeader;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      converter = TextFormatConverter.class,
      description = "json, jsonl, csv, tsv or parquet; told from the file's ending if left out.")
  private Optional<TextFormat> format = Optional.empty();

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      converter = EncodingConverter.class,
      description = "Of text files, such as ISO-8859-1; UTF-8 if left out.")
  private Charset encoding = StandardCharsets.UTF_8;

  @Option(
      names = "--bad-rows",
      paramLabel = "stop|skip",
      description = "Stop at a row that cannot be used (the default), or skip and count it.")
  private BadRowPolicy badRows = BadRowPolicy.STOP;

  public Charset encoding() {
    return encoding;
  }

  public Optional<TextFormat> format() {
    return format;
  }

  public BadRowPolicy badRows() {
    return badRows;
  }

  /** The options given that have a meaning for rows alone, not for plain text. */
  public List<String> forRows() {
    List<String> given = new ArrayList<>();
    textColumn.ifPresent(column -> given.add("--text-column"));
    pairColumn.ifPresent(column -> given.add("--pair-column"));
    if (noHeader) {
      given.add("--no-header");
    }
    return given;
  }

  /** A file of texts with labels. */
  public TextSource labelled(Path file, String labelColumn) {
    return source(file, Optional.of(labelColumn));
  }

  /** A file of texts; labels in it are not looked at. */
  public TextSource texts(Path file) {
    return source(file, Optional.empty());
  }

  /** A file of pairs of texts, with labels or without. */
  public TextSource pairs(Path file, Optional<String> labelColumn) {
    TextSource source = source(file, labelColumn);
    return source.withColumns(source.columns().withPair(pairColumn.orElse("pair")));
  }

  private TextSource source(Path file, Optional<String> label) {
    Columns columns = new Columns(textColumn.orElse("text"), label, !noHeader);
    return new TextSource(file, format, encoding, columns, badRows);
  }
}
