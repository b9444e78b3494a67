package io.mla4j.tasks.recipe;

import io.mla4j.data.DataException;
import io.mla4j.data.text.BadRowPolicy;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.TextFormat;
import io.mla4j.data.text.TextSource;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the files of a run's data are read.
 *
 * @param header whether a CSV or TSV file starts with a line of names; without one its columns are
 *     called 1, 2, 3, …
 * @param format told from the file's extension where absent
 */
public record ReadingConfig(
    String textColumn,
    String labelColumn,
    boolean header,
    Optional<TextFormat> format,
    String encoding,
    BadRowPolicy badRows) {

  public ReadingConfig {
    if (!encoding.matches("[A-Za-z0-9][A-Za-z0-9._:+-]*") || !Charset.isSupported(encoding)) {
      throw new IllegalArgumentException("The encoding '" + encoding + "' is not known.");
    }
  }

  /** Columns {@code text} and {@code label} in UTF-8; a bad row ends the reading. */
  public static ReadingConfig defaults() {
    return new ReadingConfig(
        "text", "label", true, Optional.empty(), StandardCharsets.UTF_8.name(), BadRowPolicy.STOP);
  }

  /**
   * A file and how to read it.
   *
   * @throws DataException if it is a pipe, or naming the command that makes it, if it is a public
   *     set's and missing
   */
  public TextSource source(Path file) {
    if (!Files.exists(file) && DataFolder.setOf(file).isPresent()) {
      throw new DataException(
          "There is no file %s; get the data set: ./mla4j data get %s."
              .formatted(file, DataFolder.setOf(file).get()));
    }
    TextSource source =
        TextSource.of(file)
            .requireFile()
            .withColumns(new Columns(textColumn, Optional.of(labelColumn), header))
            .withEncoding(Charset.forName(encoding))
            .withBadRows(badRows);
    return format.map(source::withFormat).orElse(source);
  }
}
