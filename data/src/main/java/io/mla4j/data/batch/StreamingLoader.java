package io.mla4j.data.batch;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowReport;
import io.mla4j.data.text.TextSource;
import io.mla4j.data.token.Tokenizer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Batches of a file larger than memory: read anew every epoch, shuffled within a buffer, encoded as
 * batches are asked for. Safe for use by several threads, each with its own iterator; an iterator
 * keeps the file open until its end or its closing.
 */
public final class StreamingLoader implements DocumentSource {

  private final TextSource source;
  private final DocumentEncoder encoder;
  private final LoaderSettings settings;
  private final FileSurvey survey;
  private final AtomicLong nextEpoch = new AtomicLong();

  StreamingLoader(
      TextSource source,
      Optional<LabelSet> labels,
      DocumentEncoder encoder,
      LoaderSettings settings) {
    this.source = source.requireFile();
    this.encoder = encoder;
    this.settings = settings;
    this.survey = FileSurvey.of(source, labels, encoder);
  }

  @Override
  public BatchIterator<TextBatch> batches(long epoch, long skipBatches) {
    RowStream rows =
        settings.seed().isPresent()
            ? RowStream.shuffled(
                source.open(),
                settings.bufferExamples().orElseThrow(),
                SeededOrder.random(settings.seed().getAsLong(), epoch))
            : RowStream.inOrder(source.open());
    StreamedBatches batches = new StreamedBatches(rows, encoder, survey.labels(), settings, epoch);
    batches.skip(skipBatches);
    return batches;
  }

  /** The next epoch's batches: the first call gives epoch 0. */
  @Override
  public BatchIterator<TextBatch> iterator() {
    return batches(nextEpoch.getAndIncrement());
  }

  @Override
  public long batchesPerEpoch() {
    return Math.ceilDiv(survey.rows().used(), settings.batchSize());
  }

  @Override
  public long documentsPerEpoch() {
    return survey.rows().used();
  }

  @Override
  public LabelSet labels() {
    return survey
        .labels()
        .orElseThrow(
            () -> new IllegalStateException("The data has no labels and no classes were given."));
  }

  @Override
  public long[] labelCounts() {
    return survey.labelCounts().clone();
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
    return survey.checksum();
  }

  @Override
  public LengthReport lengths() {
    return survey.lengths();
  }

  @Override
  public RowReport rows() {
    return survey.rows();
  }
}
