package io.mla4j.data.batch;

import io.mla4j.data.batch.RowStream.Row;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.TextExample;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/** One epoch of a streamed file: buckets of rows, cut into batches, encoded one batch at a time. */
final class StreamedBatches implements BatchIterator<TextBatch> {

  private final RowStream rows;
  private final DocumentEncoder encoder;
  private final Optional<LabelSet> labels;
  private final LoaderSettings settings;
  private final long epoch;
  private final ArrayDeque<int[]> batches = new ArrayDeque<>();
  private List<Row> bucket = List.of();
  private long buckets;

  StreamedBatches(
      RowStream rows,
      DocumentEncoder encoder,
      Optional<LabelSet> labels,
      LoaderSettings settings,
      long epoch) {
    this.rows = rows;
    this.encoder = encoder;
    this.labels = labels;
    this.settings = settings;
    this.epoch = epoch;
  }

  void skip(long count) {
    for (long i = 0; i < count && hasNext(); i++) {
      batches.removeFirst();
    }
  }

  @Override
  public boolean hasNext() {
    if (batches.isEmpty()) {
      fill();
    }
    return !batches.isEmpty();
  }

  private void fill() {
    bucket = nextBucket();
    if (bucket.isEmpty()) {
      close();
      return;
    }
    int[] sizes = bucket.stream().mapToInt(row -> row.example().text().length()).toArray();
    BatchPlan plan = new BatchPlan(sizes, settings.batchSize(), sizes.length, bucketSeed());
    int[][] planned = settings.seed().isPresent() ? plan.epoch(epoch) : plan.inOrder();
    batches.addAll(List.of(planned));
    buckets++;
  }

  private OptionalLong bucketSeed() {
    return settings.seed().isPresent()
        ? OptionalLong.of(settings.seed().getAsLong() + buckets)
        : OptionalLong.empty();
  }

  private List<Row> nextBucket() {
    List<Row> next = new ArrayList<>();
    int size = Math.multiplyExact(settings.batchSize(), settings.bucketBatches());
    while (next.size() < size) {
      Optional<Row> row = rows.next();
      if (row.isEmpty()) {
        break;
      }
      next.add(row.get());
    }
    return next;
  }

  @Override
  public TextBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The epoch has no more batches.");
    }
    List<Row> chosen = new ArrayList<>();
    for (int place : batches.removeFirst()) {
      chosen.add(bucket.get(place));
    }
    return encode(chosen);
  }

  private TextBatch encode(List<Row> chosen) {
    int[][] tokens = encoder.encode(chosen.stream().map(row -> row.example().text()).toList());
    List<EncodedDocument> documents = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      Row row = chosen.get(i);
      documents.add(encoder.document(tokens[i], label(row.example()), row.index()));
    }
    return encoder.assemble(documents);
  }

  private int label(TextExample example) {
    return labels
        .map(known -> known.index(example).orElse((int) TextBatch.UNKNOWN_LABEL))
        .orElse((int) TextBatch.UNKNOWN_LABEL);
  }

  @Override
  public void close() {
    rows.close();
  }
}
