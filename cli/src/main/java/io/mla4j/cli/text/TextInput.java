package io.mla4j.cli.text;

import io.mla4j.cli.option.DataOptions;
import io.mla4j.data.DataException;
import io.mla4j.data.text.ReadFailure;
import io.mla4j.data.text.TextBytes;
import io.mla4j.data.text.TextFormat;
import io.mla4j.data.text.TextReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
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
    return isPlainText(file, options)
        ? ofLines(TextBytes.open(file, options.encoding()), file.toString(), options)
        : ofRows(options.texts(file).open());
  }

  /**
   * What a stream holds, which is closed with this: rows of the format that the options name, or
   * lines without one.
   *
   * @param name of the stream in errors
   */
  public static TextInput ofStream(InputStream stream, String name, DataOptions options) {
    return options.format().isPresent()
        ? ofRows(options.texts(Path.of(name)).open(stream))
        : ofLines(TextBytes.of(stream, name, options.encoding()), name, options);
  }

  private static TextInput ofRows(TextReader reader) {
    return new TextInput(new Rows(reader), reader, () -> reader.report().warning());
  }

  private static TextInput ofLines(InputStream stream, String name, DataOptions options) {
    TextLines lines = new TextLines(stream, name, options.encoding(), options.badRows());
    return new TextInput(lines, lines, () -> lines.report().warning());
  }

  /** Whether a file is read by lines, as a pipe is whose name says nothing. */
  public static boolean isPlainText(Path file, DataOptions options) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    boolean nameless = TextBytes.isPipe(file) && TextFormat.find(file).isEmpty();
    return options.format().isEmpty() && (name.endsWith(".txt") || nameless);
  }

  /**
   * A whole file as one text.
   *
   * @throws DataException if the file is missing, empty or not in the encoding
   */
  public static TextInput ofWholeFile(Path file, Charset encoding) {
    return whole(TextBytes.open(file, encoding), file.toString(), encoding);
  }

  /** All of a stream as one text. */
  public static TextInput ofWhole(InputStream stream, String name, Charset encoding) {
    return whole(TextBytes.of(stream, name, encoding), name, encoding);
  }

  private static TextInput whole(InputStream stream, String name, Charset encoding) {
    try (stream) {
      byte[] bytes = stream.readAllBytes();
      if (bytes.length == 0) {
        throw new DataException(name + " is empty.");
      }
      String text = new StrictDecoder(name, encoding).decode(bytes, bytes.length, 1);
      return of(List.of(text));
    } catch (IOException failure) {
      throw ReadFailure.of(name, failure);
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
      throw ReadFailure.of("The source of the texts", failure);
    }
  }
}
