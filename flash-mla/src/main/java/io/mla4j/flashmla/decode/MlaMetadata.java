package io.mla4j.flashmla.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the work of a step is divided among threads, made once a step and used by every layer. All
 * query heads of a key head are in one part, so that scores and values are matrix products, and the
 * cached tokens are what is split.
 */
public final class MlaMetadata {

  /** Query rows after which their sums would leave the second-level cache. */
  private static final int MOST_ROWS = 128;

  /** The tokens of a tile of the kernels: a part has no fewer, but for the last of a sequence. */
  static final int TILE = 144;

  /**
   * A multiple of the tokens that kernels score at once, 12 or 16: a part is one, but for the last.
   */
  private static final int STEP = 48;

  /** Parts a thread has, so that none waits long for another. */
  private static final int PARTS_PER_THREAD = 4;

  private final DecodeShape shape;
  private final int[] lengths;
  private final boolean sparse;
  private final int queriesTogether;
  private final List<Unit> units = new ArrayList<>();
  private final List<DecodePart> parts = new ArrayList<>();
  private long partialElements;

  /** Query rows that share their cached tokens, and the parts these are split into. */
  record Unit(
      int sequence, int keyHead, int firstQuery, int queryTokens, int firstPart, int parts) {}

  private MlaMetadata(DecodeShape shape, int[] lengths, boolean sparse, int queriesTogether) {
    this.shape = shape;
    this.lengths = lengths;
    this.sparse = sparse;
    this.queriesTogether = queriesTogether;
  }

  public static MlaMetadata of(DecodeShape shape, int[] cacheLengths, int threads) {
    if (cacheLengths.length != shape.batch()) {
      throw new IllegalArgumentException(
          "cacheLengths needs a length for each of %d sequences, not %d."
              .formatted(shape.batch(), cacheLengths.length));
    }
    int[] lengths = cacheLengths.clone();
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("A cache length must be 0 or more, not " + length + ".");
      }
    }
    int together = Math.clamp(MOST_ROWS / shape.headsPerKey(), 1, shape.queryTokens());
    return new MlaMetadata(shape, lengths, false, together).divide(threads);
  }

  public static MlaMetadata sparse(DecodeShape shape, int topK, int threads) {
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be 0 or more, not " + topK + ".");
    }
    int[] lengths = new int[shape.batch()];
    Arrays.fill(lengths, topK);
    return new MlaMetadata(shape, lengths, true, 1).divide(threads);
  }

  private MlaMetadata divide(int threads) {
    long unitsOfSequence = (long) shape.keyHeads() * unitsOfKeyHead();
    long tokens = Arrays.stream(lengths).asLongStream().sum() * unitsOfSequence;
    boolean lone = shape.batch() * unitsOfSequence == 1;
    long wanted = threads == 1 ? 1 : lone ? threads : (long) threads * PARTS_PER_THREAD;
    int partTokens = (int) Math.clamp(stepsUp((tokens + wanted - 1) / wanted), TILE, 1 << 30);
    for (int b = 0; b < shape.batch(); b++) {
      for (int g = 0; g < shape.keyHeads(); g++) {
        for (int t = 0; t < shape.queryTokens(); t += queriesTogether) {
          add(b, g, t, Math.min(queriesTogether, shape.queryTokens() - t), partTokens);
        }
      }
    }
    return this;
  }

  private int unitsOfKeyHead() {
    return (shape.queryTokens() + queriesTogether - 1) / queriesTogether;
  }

  private static long stepsUp(long tokens) {
    return (tokens + STEP - 1) / STEP * STEP;
  }

  private void add(int b, int g, int t, int queries, int partTokens) {
    int first = parts.size();
    for (long from = 0; from < lengths[b]; from += partTokens) {
      int to = (int) Math.min(lengths[b], from + partTokens);
      DecodePart part = new DecodePart(b, g, t, queries, (int) from, to, partialElements);
      parts.add(part);
      partialElements += (long) part.rows(shape) * (shape.valueWidth() + 2);
    }
    units.add(new Unit(b, g, t, queries, first, parts.size() - first));
  }

  public DecodeShape shape() {
    return shape;
  }

  /** The cached tokens of a sequence, or with indices K. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** Whether it divides lists of tokens rather than sequences. */
  public boolean isSparse() {
    return sparse;
  }

  public List<DecodePart> parts() {
    return parts;
  }

  /** The one that a query token and a key head belong to. */
  Unit unit(int sequence, int keyHead, int queryToken) {
    int ofSequence = keyHead * unitsOfKeyHead() + queryToken / queriesTogether;
    return units.get(sequence * shape.keyHeads() * unitsOfKeyHead() + ofSequence);
  }

  public long partialElements() {
    return partialElements;
  }
}
