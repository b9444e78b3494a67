package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.Fp8Row;
import io.mla4j.flashmla.cache.Int8Row;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What a case works on. Blocks are dealt out at random from the whole pool, and every token that no
 * sequence holds is NaN, as are the results before they are written.
 */
final class DecodeData implements AutoCloseable {

  /** Every element, and every scale, of this byte alone is NaN. */
  private static final byte NOT_A_NUMBER = -1;

  private final Arena arena = Arena.ofShared();
  private final DecodeCase point;
  private final RandomGenerator random;

  final int[] lengths;
  final PagedCache cache;
  final Queries queries;
  final BlockTable table;
  final TokenIndices indices;
  final DecodeOptions options;
  final DecodeResult result;

  DecodeData(DecodeCase point, long seed) {
    this.point = point;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.lengths = lengths();
    int perSequence = 1;
    int blocks = 1;
    for (int length : lengths) {
      int used = ceil(length, point.blockTokens());
      perSequence = Math.max(perSequence, used);
      blocks += used;
    }
    int batch = point.shape().batch();
    long cacheBytes = (long) blocks * point.blockTokens() * tokenBytes();
    this.cache =
        new PagedCache(
            arena.allocate(Math.max(1, cacheBytes), 64),
            point.format(),
            blocks,
            point.blockTokens());
    cache.memory().fill(NOT_A_NUMBER);
    this.table = new BlockTable(arena.allocate(JAVA_INT, (long) batch * perSequence), perSequence);
    deal(blocks, perSequence);
    this.queries =
        new Queries(
            elements(point.shape().rows() * point.shape().width(), ElementType.BF16),
            ElementType.BF16);
    new DecodeRows(CacheFormat.BF16, point.shape().width(), 1, random.nextLong())
        .fill(queries.memory(), point.shape().rows());
    this.indices = indices();
    this.options =
        new DecodeOptions(
            1 / Math.sqrt(point.shape().width()),
            point.causal(),
            point.sinks() ? Optional.of(sinks()) : Optional.empty());
    this.result = result();
  }

  private static int ceil(int count, int size) {
    return (count + size - 1) / size;
  }

  private int rowBytes() {
    return point.format().rowBytes(point.shape().width(), point.shape().valueWidth());
  }

  private long tokenBytes() {
    return (long) point.shape().keyHeads() * rowBytes();
  }

  private int[] lengths() {
    int[] drawn = new int[point.shape().batch()];
    for (int b = 0; b < drawn.length; b++) {
      double length =
          point.varying()
              ? random.nextGaussian(point.tokens(), point.tokens() / 2.0)
              : point.tokens();
      boolean empty = point.emptySequences() && b % 2 == 0;
      drawn[b] = empty ? 0 : (int) Math.max(length, point.shape().queryTokens());
    }
    return drawn;
  }

  private MemorySegment elements(long count, ElementType type) {
    return arena.allocate(Math.max(1, count) * type.bytes(), 64);
  }

  static float get(MemorySegment memory, ElementType type, long index) {
    return switch (type) {
      case FLOAT32 -> memory.getAtIndex(JAVA_FLOAT, index);
      case BF16 -> Bf16.toFloat(memory.getAtIndex(JAVA_SHORT, index));
    };
  }

  /** Gives every sequence its blocks and writes its tokens; the other entries lead nowhere. */
  private void deal(int blocks, int perSequence) {
    int[] order = shuffled(blocks);
    DecodeRows rows =
        new DecodeRows(
            point.format(), point.shape().width(), point.shape().valueWidth(), random.nextLong());
    int next = 0;
    for (int b = 0; b < lengths.length; b++) {
      int used = ceil(lengths[b], point.blockTokens());
      for (int i = 0; i < perSequence; i++) {
        boolean held = i < used;
        int block = held ? order[next++] : Integer.MAX_VALUE;
        table.memory().setAtIndex(JAVA_INT, (long) b * perSequence + i, block);
        if (held) {
          int tokens = Math.min(point.blockTokens(), lengths[b] - i * point.blockTokens());
          long from = block * point.blockTokens() * tokenBytes();
          rows.fill(cache.memory().asSlice(from), (long) tokens * point.shape().keyHeads());
        }
      }
    }
  }

  /** Element d of a token of the pool. */
  float key(int token, int keyHead, int d) {
    long row = ((long) token * point.shape().keyHeads() + keyHead) * rowBytes();
    return switch (point.format()) {
      case FLOAT32 -> cache.memory().get(JAVA_FLOAT, row + 4L * d);
      case BF16 -> Bf16.toFloat(cache.memory().get(JAVA_SHORT, row + 2L * d));
      case INT8 ->
          Int8Row.get(cache.memory(), row, point.shape().width(), point.shape().valueWidth(), d);
      case FP8 -> Fp8Row.get(cache.memory(), row, point.shape().valueWidth(), d);
    };
  }

  private int[] shuffled(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Tokens of the query's own sequence, and a few entries that are none. */
  private TokenIndices indices() {
    int queryTokens = point.shape().queryTokens();
    long count = (long) lengths.length * queryTokens * point.topK();
    MemorySegment memory = arena.allocate(JAVA_INT, Math.max(1, count));
    for (long i = 0; i < count; i++) {
      int b = (int) (i / point.topK() / queryTokens);
      boolean none = lengths[b] == 0 || random.nextInt(8) == 0;
      memory.setAtIndex(JAVA_INT, i, none ? -1 : token(b, random.nextInt(lengths[b])));
    }
    return new TokenIndices(memory, point.topK());
  }

  /** Where a token of a sequence stands in the pool. */
  int token(int sequence, int index) {
    long entry = (long) sequence * table.blocksPerSequence() + index / point.blockTokens();
    int block = table.memory().getAtIndex(JAVA_INT, entry);
    return block * point.blockTokens() + index % point.blockTokens();
  }

  private MemorySegment sinks() {
    MemorySegment sinks = arena.allocate(JAVA_FLOAT, point.shape().heads());
    for (int h = 0; h < point.shape().heads(); h++) {
      float infinite = h % 5 == 3 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
      sinks.setAtIndex(JAVA_FLOAT, h, h % 5 > 2 ? infinite : (float) random.nextGaussian(5, 2));
    }
    return sinks;
  }

  private DecodeResult result() {
    long count = point.shape().rows() * point.shape().valueWidth();
    MemorySegment out = elements(count, ElementType.BF16);
    out.fill(NOT_A_NUMBER);
    MemorySegment logSumExp = elements(point.shape().rows(), ElementType.FLOAT32);
    logSumExp.fill(NOT_A_NUMBER);
    return new DecodeResult(out, ElementType.BF16, logSumExp);
  }

  @Override
  public void close() {
    arena.close();
  }
}
