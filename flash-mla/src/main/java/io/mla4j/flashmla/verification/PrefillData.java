package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.TokenRows;
import io.mla4j.flashmla.prefill.PrefillResult;
import io.mla4j.flashmla.prefill.PrefillShape;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What a case works on. What no query may see is NaN: between rows that are parts of wider ones,
 * keys of sequences without queries, and results before they are written.
 */
final class PrefillData implements AutoCloseable {

  private static final byte NOT_A_NUMBER = -1;

  /** Scores that differ by a few, so that a key more or less can be told. */
  private static final double SPREAD = 150;

  private final Arena arena = Arena.ofShared();
  private final PrefillCase point;
  private final RandomGenerator random;

  final int[] cuSeqlensQ;
  final int[] cuSeqlensK;
  final TokenRows queries;
  final TokenRows keys;
  final TokenRows values;
  final double scale;
  final PrefillResult result;

  PrefillData(PrefillCase point, long seed) {
    this.point = point;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.cuSeqlensQ = new int[point.batch() + 1];
    this.cuSeqlensK = new int[point.batch() + 1];
    for (int b = 0; b < point.batch(); b++) {
      int newTokens = length(point.queries(), 1);
      int cached = length(point.prefix(), 0);
      cuSeqlensQ[b + 1] = cuSeqlensQ[b] + newTokens;
      cuSeqlensK[b + 1] = cuSeqlensK[b] + Math.max(0, point.queries() + cached);
    }
    PrefillShape shape = point.shape();
    this.scale = SPREAD / Math.sqrt(shape.width());
    int last = point.batch();
    this.queries = rows(cuSeqlensQ[last], shape.heads(), shape.width(), point.type());
    this.keys = rows(cuSeqlensK[last], shape.keyHeads(), shape.width(), point.type());
    this.values = rows(cuSeqlensK[last], shape.keyHeads(), shape.valueWidth(), point.type());
    fill(queries, 0, cuSeqlensQ[last], shape.heads(), shape.width());
    for (int b = 0; b < point.batch(); b++) {
      if (cuSeqlensQ[b] < cuSeqlensQ[b + 1]) {
        fill(keys, cuSeqlensK[b], cuSeqlensK[b + 1], shape.keyHeads(), shape.width());
        fill(values, cuSeqlensK[b], cuSeqlensK[b + 1], shape.keyHeads(), shape.valueWidth());
      }
    }
    long lse = (long) cuSeqlensQ[last] * shape.heads();
    MemorySegment logSumExp = arena.allocate(Math.max(1, lse) * Float.BYTES, 64);
    logSumExp.fill(NOT_A_NUMBER);
    this.result =
        new PrefillResult(
            rows(cuSeqlensQ[last], shape.heads(), shape.valueWidth(), point.type()), logSumExp);
  }

  private int length(int mean, int least) {
    if (!point.varying()) {
      return mean;
    }
    boolean none = random.nextInt(5) == 0;
    return none ? 0 : (int) Math.max(least, random.nextGaussian(mean, Math.abs(mean) / 2.0));
  }

  /** NaN in the width of a row and of everything between rows. */
  private TokenRows rows(int tokens, int heads, int width, ElementType type) {
    int gap = point.strided() ? 1 + random.nextInt(40) : 0;
    long tokenStride = (long) heads * (width + gap) + 3 * gap;
    MemorySegment memory =
        arena.allocate(Math.max(1, tokens * tokenStride * type.bytes()), 64).fill(NOT_A_NUMBER);
    return new TokenRows(memory, type, tokenStride, width + gap);
  }

  private void fill(TokenRows rows, int from, int to, int heads, int width) {
    CacheFormat format = rows.type() == ElementType.BF16 ? CacheFormat.BF16 : CacheFormat.FLOAT32;
    DecodeRows drawn = new DecodeRows(format, width, 1, random.nextLong());
    for (long token = from; token < to; token++) {
      for (long head = 0; head < heads; head++) {
        long at = token * rows.tokenStride() + head * rows.headStride();
        drawn.fill(rows.memory().asSlice(at * rows.type().bytes()), 1);
      }
    }
  }

  static float get(TokenRows rows, long token, long head, int d) {
    long index = token * rows.tokenStride() + head * rows.headStride() + d;
    return switch (rows.type()) {
      case FLOAT32 -> rows.memory().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
      case BF16 -> Bf16.toFloat(rows.memory().get(JAVA_SHORT_UNALIGNED, index * Bf16.BYTES));
    };
  }

  float logSumExp(long token, long head) {
    long index = head * cuSeqlensQ[point.batch()] + token;
    return result.logSumExp().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
  }

  int queryTokens() {
    return cuSeqlensQ[point.batch()];
  }

  @Override
  public void close() {
    arena.close();
  }
}
