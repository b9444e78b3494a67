package io.mla4j.cli.train;

import io.mla4j.cli.data.DataFolder;
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
 * The texts of a run.
 *
 * @param train JSON, JSON Lines, CSV, TSV or Parquet, possibly gzipped
 * @param validation chooses the best model; held out of the training data where absent
 * @param test measured once at the end
 * @param heldOutShare of the training data, where there is no validation file
 * @param header whether a CSV or TSV file starts with a line of names; without one its columns are
 *     called 1, 2, 3, …
 * @param format told from the file's extension where absent
 * @param batchSize documents a batch
 * @param streamBuffer examples in memory at once while the file is re-read every epoch; 0 to keep
 *     all of them in memory
 */
public record DataSection(
    Optional<Path> train,
    Optional<Path> validation,
    Optional<Path> test,
    double heldOutShare,
    String textColumn,
    String labelColumn,
    boolean header,
    Optional<TextFormat> format,
    String encoding,
    BadRowPolicy badRows,
    int batchSize,
    int streamBuffer) {

  public DataSection {
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new IllegalArgumentException(
          "heldOutShare is between 0 and 1, not " + heldOutShare + ".");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is 1 or more, not " + batchSize + ".");
    }
    if (streamBuffer < 0) {
      throw new IllegalArgumentException("streamBuffer is 0 or more, not " + streamBuffer + ".");
    }
    if (streamBuffer > 0 && validation.isEmpty()) {
      throw new IllegalArgumentException(
          "Streamed training data needs a validation file: give data.validation.");
    }
    if (!encoding.matches("[A-Za-z0-9][A-Za-z0-9._:+-]*") || !Charset.isSupported(encoding)) {
      throw new IllegalArgumentException("The encoding '" + encoding + "' is not known.");
    }
  }

  static DataSection defaults() {
    return new DataSection(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0.1,
        "text",
        "label",
        true,
        Optional.empty(),
        StandardCharsets.UTF_8.name(),
        BadRowPolicy.STOP,
        32,
        0);
  }

  /** The same section over the files of a data set. */
  DataSection withFiles(Path trainFile, Path validationFile, Path testFile) {
    return withFiles(Optional.of(trainFile), Optional.of(validationFile), Optional.of(testFile));
  }

  /** The same section with full paths. */
  DataSection located(RecipeFolder folder) {
    return withFiles(
        train.map(folder::locate), validation.map(folder::locate), test.map(folder::locate));
  }

  private DataSection withFiles(
      Optional<Path> trainFile, Optional<Path> validationFile, Optional<Path> testFile) {
    return new DataSection(
        trainFile,
        validationFile,
        testFile,
        heldOutShare,
        textColumn,
        labelColumn,
        header,
        format,
        encoding,
        badRows,
        batchSize,
        streamBuffer);
  }

  /**
   * A file of the section and how to read it.
   *
   * @throws DataException naming the command that makes it, if it is a public set's and missing
   */
  TextSource source(Path file) {
    if (!Files.exists(file) && DataFolder.setOf(file).isPresent()) {
      throw new DataException(
          "There is no file %s; get the data set: ./mla4j data get %s."
              .formatted(file, DataFolder.setOf(file).get()));
    }
    TextSource source =
        TextSource.of(file)
            .withColumns(new Columns(textColumn, Optional.of(labelColumn), header))
            .withEncoding(Charset.forName(encoding))
            .withBadRows(badRows);
    return format.map(source::withFormat).orElse(source);
  }
}
