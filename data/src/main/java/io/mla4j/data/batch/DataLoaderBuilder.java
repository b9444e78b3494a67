package io.mla4j.data.batch;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.BadRowPolicy;
import io.mla4j.data.text.Columns;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextFormat;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Settings of a {@link DataLoader} or {@link StreamingLoader}; each has a default. */
public final class DataLoaderBuilder {

  /** Where documents come from. */
  sealed interface Input {

    record FromFile(TextSource source) implements Input {}

    record InMemory(List<TextExample> examples) implements Input {}

    static Input of(Path file) {
      return new FromFile(TextSource.of(file));
    }

    static Input of(List<TextExample> examples) {
      return new InMemory(List.copyOf(examples));
    }
  }

  static final int DEFAULT_CONTEXT_TOKENS = 512;

  private final Tokenizer tokenizer;
  private Input input;
  private ContextWindow window;
  private Optional<LabelSet> labels = Optional.empty();
  private int batchSize = 32;
  private int bucketBatches = 50;
  private OptionalLong seed = OptionalLong.of(0);
  private LongConsumer progress = documents -> {};

  DataLoaderBuilder(Input input, Tokenizer tokenizer) {
    this.input = input;
    this.tokenizer = tokenizer;
    this.window = ContextWindow.of(tokenizer, DEFAULT_CONTEXT_TOKENS);
  }

  /** How to read the file, all at once; replaces what was said of it before. */
  public DataLoaderBuilder source(TextSource source) {
    input = new Input.FromFile(source);
    return this;
  }

  /** Which columns hold text and label; {@code text} and {@code label} by default. */
  public DataLoaderBuilder columns(Columns columns) {
    return source(fileSource().withColumns(columns));
  }

  /** Stop at a bad row, the default, or leave it out. */
  public DataLoaderBuilder badRows(BadRowPolicy policy) {
    return source(fileSource().withBadRows(policy));
  }

  /** UTF-8 by default. */
  public DataLoaderBuilder encoding(Charset encoding) {
    return source(fileSource().withEncoding(encoding));
  }

  /** Told from the file's extension by default. */
  public DataLoaderBuilder format(TextFormat format) {
    return source(fileSource().withFormat(format));
  }

  private TextSource fileSource() {
    return switch (input) {
      case Input.FromFile file -> file.source();
      case Input.InMemory memory ->
          throw new IllegalStateException(
              "How a file is read was set, but the documents are given.");
    };
  }

  /** Documents in a batch; 32 by default. */
  public DataLoaderBuilder batchSize(int documents) {
    batchSize = documents;
    return this;
  }

  /** How documents are fitted to the context, all at once. */
  public DataLoaderBuilder window(ContextWindow wanted) {
    window = wanted;
    return this;
  }

  /** The longest chunk; 512 by default. */
  public DataLoaderBuilder contextTokens(int tokens) {
    window =
        new ContextWindow(
            tokens, window.longText(), window.maxChunks(), window.clsId(), window.padId());
    return this;
  }

  /** {@link LongText#CHUNK} by default. */
  public DataLoaderBuilder longText(LongText policy) {
    window = window.withLongText(policy);
    return this;
  }

  /** Most chunks of a document; {@value ContextWindow#DEFAULT_MAX_CHUNKS} by default. */
  public DataLoaderBuilder maxChunks(int chunks) {
    window = window.withMaxChunks(chunks);
    return this;
  }

  /** A token put in front of every chunk; none by default. */
  public DataLoaderBuilder clsId(int id) {
    window = window.withClsId(id);
    return this;
  }

  /** The padding token; the tokenizer's by default, else 0. */
  public DataLoaderBuilder padId(int id) {
    window = window.withPadId(id);
    return this;
  }

  /** The classes, as for evaluation; found in the data by default. */
  public DataLoaderBuilder labels(LabelSet known) {
    labels = Optional.of(known);
    return this;
  }

  /** Shuffles by this seed; 0 by default. */
  public DataLoaderBuilder shuffleSeed(long value) {
    seed = OptionalLong.of(value);
    return this;
  }

  /** A fixed order: by length in memory, as in the file when streamed. */
  public DataLoaderBuilder sequential() {
    seed = OptionalLong.empty();
    return this;
  }

  /** How many batches are sorted by length together; 50 by default. */
  public DataLoaderBuilder bucketBatches(int batches) {
    bucketBatches = batches;
    return this;
  }

  /** Hears how many documents of {@link #build} have been encoded, every few hundred. */
  public DataLoaderBuilder progress(LongConsumer listener) {
    progress = listener;
    return this;
  }

  /**
   * Reads and encodes all documents.
   *
   * @throws io.mla4j.data.DataException if the file cannot be used, a label is none of the known
   *     classes, or no classes were given and the data has fewer than two
   */
  public DataLoader build() {
    return switch (input) {
      case Input.FromFile file -> {
        TextSource.Contents contents = file.source().read();
        yield loader(contents.examples(), file.source(), contents.report());
      }
      case Input.InMemory memory ->
          loader(
              memory.examples(),
              TextSource.of(Path.of("memory")),
              new RowReport(memory.examples().size(), 0, List.of()));
    };
  }

  private DataLoader loader(List<TextExample> examples, TextSource source, RowReport rows) {
    boolean labelled = examples.stream().anyMatch(example -> example.label().isPresent());
    Optional<LabelSet> known =
        labels.isPresent() || !labelled ? labels : Optional.of(LabelSet.in(examples));
    return new DataLoader(
        examples, source, rows, known, encoder(), settings(OptionalInt.empty()), progress);
  }

  /**
   * Reads the file once to count and check it, and again every epoch.
   *
   * @param bufferExamples how many examples are held to shuffle among; more mix better
   * @throws io.mla4j.data.DataException as {@link #build}
   */
  public StreamingLoader stream(int bufferExamples) {
    return new StreamingLoader(
        fileSource(), labels, encoder(), settings(OptionalInt.of(bufferExamples)));
  }

  private DocumentEncoder encoder() {
    return new DocumentEncoder(tokenizer, window);
  }

  private LoaderSettings settings(OptionalInt bufferExamples) {
    return new LoaderSettings(batchSize, bucketBatches, seed, bufferExamples);
  }
}
