package io.mla4j.data.batch;

import io.mla4j.data.DataException;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Batches of documents held in memory, encoded once. Safe for use by several threads.
 *
 * {@snippet :
 * DataLoader train = DataLoader.of(Path.of("train.json"), tokenizer, 32);
 * for (TextBatch batch : train) { ... } // one epoch; the next loop is the next epoch
 * }
 */
public final class DataLoader implements DocumentSource {

  private static final int TEXTS_AT_ONCE = 256;

  private final List<TextExample> examples;
  private final TextSource source;
  private final RowReport rows;
  private final Optional<LabelSet> labels;
  private final DocumentEncoder encoder;
  private final List<EncodedDocument> documents;
  private final LengthReport lengths;
  private final LoaderSettings settings;
  private final BatchPlan plan;
  private final AtomicLong nextEpoch = new AtomicLong();

  DataLoader(
      List<TextExample> examples,
      TextSource source,
      RowReport rows,
      Optional<LabelSet> labels,
      DocumentEncoder encoder,
      LoaderSettings settings,
      LongConsumer progress) {
    this.examples = examples;
    this.source = source;
    this.rows = rows;
    this.labels = labels;
    this.encoder = encoder;
    this.documents = new ArrayList<>(examples.size());
    this.settings = settings;
    this.lengths = encodeAll(progress);
    int[] sizes = documents.stream().mapToInt(document -> document.tokens().length).toArray();
    this.plan =
        new BatchPlan(sizes, settings.batchSize(), settings.bucketBatches(), settings.seed());
  }

  /**
   * A training loader with the usual settings: columns {@code text} and {@code label}, chunks of
   * 512 tokens that start with the tokenizer's class token if it has one, shuffled by seed 0.
   *
   * @throws DataException if the file is not as {@link io.mla4j.data.text.TextSource#of} expects it
   *     or has fewer than two classes
   */
  public static DataLoader of(Path file, Tokenizer tokenizer, int batchSize) {
    ContextWindow window =
        ContextWindow.of(tokenizer, DataLoaderBuilder.DEFAULT_CONTEXT_TOKENS)
            .withClassTokenOf(tokenizer);
    return builder(file, tokenizer).window(window).batchSize(batchSize).build();
  }

  /** Settings for a file's documents. */
  public static DataLoaderBuilder builder(Path file, Tokenizer tokenizer) {
    return new DataLoaderBuilder(DataLoaderBuilder.Input.of(file), tokenizer);
  }

  /** Settings for documents already read. */
  public static DataLoaderBuilder builder(List<TextExample> examples, Tokenizer tokenizer) {
    return new DataLoaderBuilder(DataLoaderBuilder.Input.of(examples), tokenizer);
  }

  /**
   * Another file for measuring what is trained on this one: the same tokenizer, chunks and classes,
   * in a fixed order, read as this one was: columns, encoding, format where it was given, and what
   * becomes of bad rows.
   *
   * @throws DataException if the file cannot be used or has a label that is none of the classes
   */
  public DataLoader forEvaluation(Path file) {
    TextSource other = source.withFile(file);
    TextSource.Contents contents = other.read();
    return new DataLoader(
        contents.examples(),
        other,
        contents.report(),
        labels,
        encoder,
        settings.sequential(),
        count -> {});
  }

  private LengthReport encodeAll(LongConsumer progress) {
    LengthReport report = LengthReport.NONE;
    for (int start = 0; start < examples.size(); start += TEXTS_AT_ONCE) {
      int end = Math.min(examples.size(), start + TEXTS_AT_ONCE);
      List<String> texts = examples.subList(start, end).stream().map(TextExample::text).toList();
      for (int[] tokens : encoder.encode(texts)) {
        report = report.plus(tokens.length, encoder.window());
        int row = documents.size();
        documents.add(encoder.document(tokens, label(examples.get(row)), row));
      }
      progress.accept(end);
    }
    return report;
  }

  private int label(TextExample example) {
    return labels
        .map(known -> known.index(example).orElse((int) TextBatch.UNKNOWN_LABEL))
        .orElse((int) TextBatch.UNKNOWN_LABEL);
  }

  @Override
  public BatchIterator<TextBatch> batches(long epoch, long skipBatches) {
    int[][] batches = plan.epoch(epoch);
    return new Batches(batches, (int) Math.min(skipBatches, batches.length));
  }

  private final class Batches implements BatchIterator<TextBatch> {

    private final int[][] batches;
    private int next;

    private Batches(int[][] batches, int next) {
      this.batches = batches;
      this.next = next;
    }

    @Override
    public boolean hasNext() {
      return next < batches.length;
    }

    @Override
    public TextBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The epoch has no more batches.");
      }
      return encoder.assemble(Arrays.stream(batches[next++]).mapToObj(documents::get).toList());
    }

    @Override
    public void close() {}
  }

  /** The next epoch's batches: the first call gives epoch 0. */
  @Override
  public BatchIterator<TextBatch> iterator() {
    return batches(nextEpoch.getAndIncrement());
  }

  @Override
  public long batchesPerEpoch() {
    return plan.batches();
  }

  @Override
  public long documentsPerEpoch() {
    return documents.size();
  }

  @Override
  public LabelSet labels() {
    return labels.orElseThrow(
        () -> new IllegalStateException("The data has no labels and no classes were given."));
  }

  @Override
  public long[] labelCounts() {
    return labels().count(examples);
  }

  @Override
  public LengthReport lengths() {
    return lengths;
  }

  @Override
  public Tokenizer tokenizer() {
    return encoder.tokenizer();
  }

  @Override
  public ContextWindow window() {
    return encoder.window();
  }

  @Override
  public LoaderSettings settings() {
    return settings;
  }

  @Override
  public String checksum() {
    return DocumentsChecksum.of(examples, labels);
  }

  /** The documents; a batch's rows are indexes into it. */
  public List<TextExample> examples() {
    return examples;
  }

  /** Tokens of a document that were left out as it is longer than the context allows. */
  public int cutTokens(int row) {
    return documents.get(row).cutTokens();
  }

  @Override
  public RowReport rows() {
    return rows;
  }
}
