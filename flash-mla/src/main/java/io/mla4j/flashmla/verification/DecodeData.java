package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.mla4j.flashmla.BlockTable;
import io.mla4j.flashmla.DecodeOptions;
import io.mla4j.flashmla.DecodeResult;
import io.mla4j.flashmla.ElementType;
import io.mla4j.flashmla.PagedCache;
import io.mla4j.flashmla.Queries;
import io.mla4j.flashmla.TokenIndices;
import io.mla4j.kernels.Bf16;
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

  private static final float NAN = Float.NaN;

  /** Random elements that are repeated: drawing each would take longer than the case. */
  private static final int PATTERN = 1 << 17;

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
    this.cache =
        new PagedCache(
            elements((long) blocks * point.blockTokens() * tokenElements(), point.cacheType()),
            point.cacheType(),
            blocks,
            point.blockTokens());
    fill(cache.memory(), point.cacheType(), 0, cache.memory().byteSize(), true);
    this.table = new BlockTable(arena.allocate(JAVA_INT, (long) batch * perSequence), perSequence);
    deal(blocks, perSequence);
    this.queries =
        new Queries(
            elements(point.shape().rows() * point.shape().width(), ElementType.BF16),
            ElementType.BF16);
    fill(queries.memory(), ElementType.BF16, 0, queries.memory().byteSize(), false);
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

  private long tokenElements() {
    return (long) point.shape().keyHeads() * point.shape().width();
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

  /** Gaussian elements of a tenth, cut at one; those of a cache are poison until dealt out. */
  private void fill(
      MemorySegment memory, ElementType type, long fromByte, long bytes, boolean poison) {
    long pattern = Math.min(PATTERN, bytes / type.bytes());
    for (long i = 0; i < pattern; i++) {
      float drawn = (float) Math.clamp(random.nextGaussian() / 10, -1, 1);
      set(memory, type, fromByte / type.bytes() + i, poison ? NAN : drawn);
    }
    long done = pattern * type.bytes();
    while (done < bytes) {
      long more = Math.min(done, bytes - done);
      MemorySegment.copy(memory, fromByte, memory, fromByte + done, more);
      done += more;
    }
  }

  private static void set(MemorySegment memory, ElementType type, long index, float value) {
    switch (type) {
      case FLOAT32 -> memory.setAtIndex(JAVA_FLOAT, index, value);
      case BF16 -> memory.setAtIndex(JAVA_SHORT, index, Bf16.of(value));
    }
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
    long bytes = tokenElements() * point.cacheType().bytes();
    MemorySegment pattern = elements(PATTERN, point.cacheType());
    fill(pattern, point.cacheType(), 0, pattern.byteSize(), false);
    int next = 0;
    for (int b = 0; b < lengths.length; b++) {
      int used = ceil(lengths[b], point.blockTokens());
      for (int i = 0; i < perSequence; i++) {
        boolean held = i < used;
        int block = held ? order[next++] : Integer.MAX_VALUE;
        table.memory().setAtIndex(JAVA_INT, (long) b * perSequence + i, block);
        if (held) {
          int tokens = Math.min(point.blockTokens(), lengths[b] - i * point.blockTokens());
          copy(pattern, block * point.blockTokens() * bytes, tokens * bytes);
        }
      }
    }
  }

  private void copy(MemorySegment pattern, long to, long bytes) {
    int size = point.cacheType().bytes();
    long done = 0;
    while (done < bytes) {
      long from = random.nextLong(pattern.byteSize() / size) * size;
      long more = Math.min(bytes - done, pattern.byteSize() - from);
      MemorySegment.copy(pattern, from, cache.memory(), to + done, more);
      done += more;
    }
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
    for (long i = 0; i < count; i++) {
      set(out, ElementType.BF16, i, NAN);
    }
    MemorySegment logSumExp = elements(point.shape().rows(), ElementType.FLOAT32);
    for (long i = 0; i < point.shape().rows(); i++) {
      set(logSumExp, ElementType.FLOAT32, i, NAN);
    }
    return new DecodeResult(out, ElementType.BF16, logSumExp);
  }

  @Override
  public void close() {
    arena.close();
  }
}
