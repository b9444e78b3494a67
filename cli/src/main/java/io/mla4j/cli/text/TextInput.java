package io.mla4j.cli.text;

import io.mla4j.cli.option.DataOptions;
import io.mla4j.data.DataException;
import io.mla4j.data.text.TextReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Texts one after another; only what was asked for is in memory. */
public final class TextInput implements Iterator<InputText>, AutoCloseable {

  private final Iterator<InputText> texts;
  private final AutoCloseable source;
  private final Supplier<Optional<String>> warning;

  private TextInput(
      Iterator<InputText> texts, AutoCloseable source, Supplier<Optional<String>> warning) {
    this.texts = texts;
    this.source = source;
    this.warning = warning;
  }

  public static TextInput of(List<String> texts) {
    Iterator<InputText> inputs =
        texts.stream().map(text -> new InputText(text, Optional.empty())).iterator();
    return new TextInput(inputs, () -> {}, Optional::empty);
  }

  /**
   * The lines of a {@code .txt} file, or the rows of a file of another format.
   *
   * @throws DataException if the file is missing, empty or of an unknown format
   */
  public static TextInput ofFile(Path file, DataOptions options) {
    boolean lines = options.format().isEmpty() && isPlainText(file);
    if (lines) {
      return ofLines(open(file), file.toString(), options.encoding());
    }
    TextReader reader = options.texts(file).open();
    return new TextInput(new Rows(reader), reader, () -> reader.report().warning());
  }

  /**
   * Each line of a stream, which is closed with this.
   *
   * @param name of the stream in errors
   */
  public static TextInput ofLines(InputStream stream, String name, Charset encoding) {
    TextLines lines = new TextLines(stream, name, encoding);
    return new TextInput(lines, lines, Optional::empty);
  }

  /**
   * A whole file as one text.
   *
   * @throws DataException if the file is missing, empty or not in the encoding
   */
  public static TextInput ofWholeFile(Path file, Charset encoding) {
    return ofWhole(open(file), file.toString(), encoding);
  }

  /** All of a stream as one text. */
  public static TextInput ofWhole(InputStream stream, String name, Charset encoding) {
    try (stream) {
      byte[] bytes = stream.readAllBytes();
      if (bytes.length == 0) {
        throw new DataException(name + " is empty.");
      }
      String text = new StrictDecoder(name, encoding).decode(bytes, bytes.length, 1);
      return of(List.of(text));
    } catch (IOException failure) {
      throw new DataException(name + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  private static boolean isPlainText(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".txt");
  }

  private static InputStream open(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException(file + " is a folder; name a file in it.");
    }
    if (!Files.exists(file)) {
      throw new DataException("There is no file " + file.toAbsolutePath() + ".");
    }
    try {
      return Files.newInputStream(file);
    } catch (IOException failure) {
      throw new DataException(file + " cannot be read: " + failure.getMessage() + ".", failure);
    }
  }

  private record Rows(TextReader reader) implements Iterator<InputText> {

    @Override
    public boolean hasNext() {
      return reader.hasNext();
    }

    @Override
    public InputText next() {
      var example = reader.next();
      return new InputText(example.text(), Optional.of(example.origin().line()));
    }
  }

  @Override
  public boolean hasNext() {
    return texts.hasNext();
  }

  @Override
  public InputText next() {
    return texts.next();
  }

  /** Up to so many of the next texts. */
  public List<InputText> next(int most) {
    List<InputText> some = new ArrayList<>();
    while (some.size() < most && hasNext()) {
      some.add(next());
    }
    return some;
  }

  /** What the user must know of the texts read so far, if anything. */
  public Optional<String> warning() {
    return warning.get();
  }

  @Override
  public void close() {
    try {
      source.close();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new DataException("The texts cannot be closed: " + failure.getMessage(), failure);
    }
  }
}
