package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.paged.KeyValuePool;
import io.mla4j.kernels.paged.PagedAttention;
import io.mla4j.kernels.paged.PagedPlan;
import io.mla4j.kernels.paged.PagedResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Runs a decode over blocks in random order and compares with float64. All of the pool that no
 * sequence uses is NaN.
 */
public final class PagedTrial {

  private static final double TOLERANCE = 4e-6;

  /** Blocks that no sequence has. */
  private static final int SPARE_BLOCKS = 2;

  private final PagedCase point;
  private final int[][] table;
  private final MemorySegment queries;
  private final KeyValuePool pool;
  private final MemorySegment out;
  private final MemorySegment logSumExp;
  private final float scale;

  private PagedTrial(PagedCase point, Operands operands, Random random) {
    this.point = point;
    this.table = new int[point.batch()][];
    int blocks = deal(random);
    long rows = point.shape().rows();
    this.queries = operands.gaussian(rows * point.width());
    this.pool =
        new KeyValuePool(
            fill(operands, blocks, point.width()),
            fill(operands, blocks, point.valueWidth()),
            point.type(),
            blocks,
            point.blockTokens());
    this.out = operands.result(rows * point.valueWidth());
    this.logSumExp = operands.result(rows);
    this.scale = (float) (1 / Math.sqrt(point.width()));
  }

  /** Gives every sequence its blocks, and one that leads nowhere; returns how many there are. */
  private int deal(Random random) {
    int[] needed =
        point.lengths().stream().mapToInt(l -> Math.ceilDiv(l, point.blockTokens())).toArray();
    int blocks = SPARE_BLOCKS;
    for (int count : needed) {
      blocks += count;
    }
    List<Integer> order = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      order.add(block);
    }
    Collections.shuffle(order, random);
    int next = 0;
    for (int b = 0; b < needed.length; b++) {
      table[b] = new int[needed[b] + 1];
      for (int i = 0; i < needed[b]; i++) {
        table[b][i] = order.get(next++);
      }
      table[b][needed[b]] = -1;
    }
    return blocks;
  }

  /** A pool of this width, NaN wherever no token stands. */
  private MemorySegment fill(Operands operands, int blocks, int width) {
    int bytes = point.type().bytes();
    long token = (long) point.keyHeads() * width;
    MemorySegment memory = operands.bytes(blocks * point.blockTokens() * token * bytes);
    memory.fill((byte) -1);
    for (int b = 0; b < point.batch(); b++) {
      int length = point.lengths().get(b);
      MemorySegment numbers = operands.gaussian(length * token);
      for (int t = 0; t < length; t++) {
        for (long i = 0; i < token; i++) {
          set(memory, place(b, t) * token + i, Floats.get(numbers, t * token + i));
        }
      }
    }
    return memory;
  }

  private long place(int sequence, int token) {
    long block = table[sequence][token / point.blockTokens()];
    return block * point.blockTokens() + token % point.blockTokens();
  }

  private void set(MemorySegment memory, long at, float value) {
    switch (point.type()) {
      case FLOAT32 -> Floats.set(memory, at, value);
      case BF16 -> memory.setAtIndex(ValueLayout.JAVA_SHORT, at, Bf16.of(value));
    }
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(PagedAttention attention, PagedCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      PagedTrial trial = new PagedTrial(point, new Operands(arena, seed), new Random(seed));
      int[] lengths = point.lengths().stream().mapToInt(Integer::intValue).toArray();
      PagedPlan plan = attention.plan(point.shape(), lengths, point.causal(), point.window());
      attention.attend(
          plan,
          trial.queries,
          trial.pool,
          trial.table,
          trial.scale,
          new PagedResult(trial.out, Optional.of(trial.logSumExp)));
      return trial.compare().map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private Optional<String> compare() {
    for (int b = 0; b < point.batch(); b++) {
      for (int t = 0; t < point.queries(); t++) {
        for (int h = 0; h < point.heads(); h++) {
          Optional<String> wrong = compare(b, t, h);
          if (wrong.isPresent()) {
            return wrong;
          }
        }
      }
    }
    return Operands.pastTheEnd(out).or(() -> Operands.pastTheEnd(logSumExp));
  }

  private Optional<String> compare(int b, int t, int h) {
    long row = ((long) b * point.queries() + t) * point.heads() + h;
    int length = point.lengths().get(b);
    double[] scores = new double[length];
    double highest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < length; s++) {
      scores[s] = sees(length, t, s) ? score(row, b, h, s) : Double.NEGATIVE_INFINITY;
      highest = Math.max(highest, scores[s]);
    }
    double[] should = new double[point.valueWidth()];
    double total = 0;
    for (int s = 0; s < length; s++) {
      if (scores[s] > Double.NEGATIVE_INFINITY) {
        double weight = Math.exp(scores[s] - highest);
        total += weight;
        add(should, weight, b, h, s);
      }
    }
    double logarithm = total == 0 ? Double.NEGATIVE_INFINITY : highest + Math.log(total);
    for (int v = 0; v < should.length; v++) {
      float is = Floats.get(out, row * should.length + v);
      double mean = total == 0 ? 0 : should[v] / total;
      Optional<String> wrong = Difference.of(is, mean, TOLERANCE, b, t, h, v);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Difference.of(Floats.get(logSumExp, row), logarithm, 2 * TOLERANCE, b, t, h)
        .map(wrong -> "log-sum-exp: " + wrong);
  }

  private boolean sees(int length, int t, int s) {
    long distance = (long) length - point.queries() + t - s;
    boolean causally = !point.causal() || distance >= 0;
    return causally && (point.window() == 0 || Math.abs(distance) < point.window());
  }

  private double score(long row, int b, int h, int s) {
    int width = point.width();
    long key = element(b, h, s, width);
    double sum = 0;
    for (int d = 0; d < width; d++) {
      double query = Floats.get(queries, row * width + d);
      sum += query * point.type().get(pool.keys(), key + d);
    }
    return sum * scale;
  }

  private void add(double[] to, double weight, int b, int h, int s) {
    long value = element(b, h, s, to.length);
    for (int v = 0; v < to.length; v++) {
      to[v] += weight * point.type().get(pool.values(), value + v);
    }
  }

  /** Where a query head's key or value of a token starts. */
  private long element(int b, int h, int s, int width) {
    int group = h / (point.heads() / point.keyHeads());
    return (place(b, s) * point.keyHeads() + group) * width;
  }
}
