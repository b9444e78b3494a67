package io.mla4j.data.batch;

import io.mla4j.data.DataException;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Batches of pairs of texts held in memory, encoded once; pairs of like length share a batch. Safe
 * for use by several threads.
 */
public final class PairLoader implements BatchSource<PairBatch> {

  private static final int BUCKET_BATCHES = 50;

  /** Two encoded texts and the number that is to be said of them. */
  private record Pair(EncodedDocument first, EncodedDocument second, float target) {

    int tokens() {
      return first.tokens().length + second.tokens().length;
    }
  }

  private final List<TextExample> examples;
  private final DocumentEncoder encoder;
  private final List<Pair> pairs;
  private final LoaderSettings settings;
  private final LengthReport lengths;
  private final BatchPlan plan;
  private final AtomicLong nextEpoch = new AtomicLong();

  /**
   * Encodes pairs.
   *
   * @param examples each with a second text; a label, where there is one, is a number
   * @param seed of the shuffling; absent for a fixed order
   * @throws DataException naming the row, if an example has no second text or its label is no
   *     finite number
   */
  public PairLoader(
      List<TextExample> examples,
      Tokenizer tokenizer,
      ContextWindow window,
      int batchSize,
      OptionalLong seed) {
    this.examples = List.copyOf(examples);
    this.encoder = new DocumentEncoder(tokenizer, window);
    this.settings = new LoaderSettings(batchSize, BUCKET_BATCHES, seed, OptionalInt.empty());
    this.pairs = encoded(this.examples);
    this.lengths =
        pairs.stream()
            .flatMap(pair -> Stream.of(pair.first(), pair.second()))
            .reduce(LengthReport.NONE, (sum, text) -> sum.plus(whole(text), window), (a, b) -> b);
    int[] sizes = pairs.stream().mapToInt(Pair::tokens).toArray();
    this.plan = new BatchPlan(sizes, batchSize, BUCKET_BATCHES, seed);
  }

  private static int whole(EncodedDocument text) {
    return text.tokens().length + text.cutTokens();
  }

  private List<Pair> encoded(List<TextExample> all) {
    int[][] first = encoder.encode(all.stream().map(TextExample::text).toList());
    int[][] second = encoder.encode(all.stream().map(PairLoader::pair).toList());
    List<Pair> encoded = new ArrayList<>();
    for (int row = 0; row < all.size(); row++) {
      encoded.add(
          new Pair(document(first[row], row), document(second[row], row), target(all.get(row))));
    }
    return List.copyOf(encoded);
  }

  private EncodedDocument document(int[] tokens, int row) {
    return encoder.document(tokens, (int) TextBatch.UNKNOWN_LABEL, row);
  }

  private static String pair(TextExample example) {
    return example
        .pair()
        .orElseThrow(() -> new DataException(example.origin() + ": there is no second text."));
  }

  /**
   * The number a label says.
   *
   * @throws DataException naming the row, if it says none
   */
  private static float target(TextExample example) {
    Optional<String> label = example.label();
    if (label.isEmpty()) {
      return Float.NaN;
    }
    try {
      float number = Float.parseFloat(label.get());
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // Said below, as for numbers that are not finite.
    }
    throw new DataException(
        "%s: the label '%s' is not a finite number.".formatted(example.origin(), label.get()));
  }

  @Override
  public BatchIterator<PairBatch> batches(long epoch, long skipBatches) {
    int[][] batches = plan.epoch(epoch);
    return new Batches(batches, (int) Math.min(skipBatches, batches.length));
  }

  private final class Batches implements BatchIterator<PairBatch> {

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
    public PairBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The epoch has no more batches.");
      }
      return batch(batches[next++]);
    }

    @Override
    public void close() {}
  }

  private PairBatch batch(int[] rows) {
    List<EncodedDocument> texts = new ArrayList<>();
    Arrays.stream(rows).forEach(row -> texts.add(pairs.get(row).first()));
    Arrays.stream(rows).forEach(row -> texts.add(pairs.get(row).second()));
    float[] targets = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      targets[i] = pairs.get(rows[i]).target();
    }
    return new PairBatch(encoder.assemble(texts), targets, rows.clone());
  }

  /** The next epoch's batches: the first call gives epoch 0. */
  @Override
  public Iterator<PairBatch> iterator() {
    return batches(nextEpoch.getAndIncrement());
  }

  @Override
  public long batchesPerEpoch() {
    return plan.batches();
  }

  @Override
  public long examplesPerEpoch() {
    return pairs.size();
  }

  @Override
  public String checksum() {
    return DocumentsChecksum.of(examples, Optional.empty());
  }

  /** The pairs; a batch's rows are indexes into it. */
  public List<TextExample> examples() {
    return examples;
  }

  /** The numbers to be said of the pairs, by row; NaN where a pair has none. */
  public double[] targets() {
    return pairs.stream().mapToDouble(Pair::target).toArray();
  }

  /** How the texts of all pairs fit the context. */
  public LengthReport lengths() {
    return lengths;
  }

  /** How batches are formed. */
  public LoaderSettings settings() {
    return settings;
  }
}
