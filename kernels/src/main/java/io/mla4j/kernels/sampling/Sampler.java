package io.mla4j.kernels.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.memory.Scratch;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses tokens from float32 logits [rows, width], one row a sequence. Any number of threads may
 * call at once. The package says what becomes of equal, infinite and missing numbers.
 */
public final class Sampler {

  private final KernelBodies bodies;
  private final KernelThreads threads;

  /** Uses threads and loops that stay the caller's to close. */
  public Sampler(Kernels kernels) {
    this.bodies = kernels.bodies();
    this.threads = kernels.threads();
  }

  /**
   * The likeliest token of each row.
   *
   * @throws IllegalArgumentException if a size does not fit or a row leaves no token
   */
  public int[] argmax(MemorySegment logits, int rows, int width) {
    check(logits, rows, width);
    int[] tokens = new int[rows];
    eachRow(rows, width, (row, work) -> tokens[row] = row(logits, row, width, 1, work).argmax());
    return tokens;
  }

  /**
   * Draws a token for each row.
   *
   * @param settings of each row
   * @param draws of each row; the same one draws the same token from the same logits
   * @throws IllegalArgumentException if a size does not fit or a row leaves no token
   */
  public int[] sample(
      MemorySegment logits,
      int rows,
      int width,
      List<SamplingSettings> settings,
      List<SeededDraw> draws) {
    check(logits, rows, width);
    checkCount("settings", settings.size(), rows);
    checkCount("draws", draws.size(), rows);
    int[] tokens = new int[rows];
    eachRow(
        rows,
        width,
        (row, work) ->
            tokens[row] =
                sample(logits, row, width, settings.get(row), draws.get(row).uniform(), work));
    return tokens;
  }

  private int sample(
      MemorySegment logits,
      int index,
      int width,
      SamplingSettings settings,
      double uniform,
      MemorySegment work) {
    if (settings.isGreedy()) {
      return row(logits, index, width, 1, work).argmax();
    }
    LogitRow row = row(logits, index, width, settings.temperature(), work);
    double total = row.weigh();
    Shortlist list = Shortlist.of(row, settings, total);
    return list.whole() ? drawn(row, total * uniform) : drawn(row, list, uniform);
  }

  /** Where the sum of all weights passes a point: whole blocks first. */
  private static int drawn(LogitRow row, double point) {
    double before = 0;
    int last = row.argmax();
    for (int first = 0; first < row.width(); first += LogitRow.BLOCK) {
      int count = Math.min(LogitRow.BLOCK, row.width() - first);
      double weight = row.weightOf(first, count);
      if (before + weight > point) {
        double sum = before;
        for (int token = first; token < first + count; token++) {
          if (row.logit(token) >= row.leastLogit()) {
            sum += row.weight(token);
            last = token;
            if (sum > point) {
              return token;
            }
          }
        }
      }
      before += weight;
    }
    return last; // sums in another order may end a rounding below the point
  }

  private static int drawn(LogitRow row, Shortlist list, double uniform) {
    double[] total = {0};
    list.each(token -> total[0] += row.weight(token));
    double point = uniform * total[0];
    double[] sum = {0};
    int[] drawn = {-1};
    list.each(
        token -> {
          if (sum[0] <= point) {
            drawn[0] = token;
          }
          sum[0] += row.weight(token);
        });
    return drawn[0];
  }

  /**
   * What may be drawn from one row; the likeliest token alone where the temperature is 0.
   *
   * @throws IllegalArgumentException if a size does not fit or the row leaves no token
   */
  public Candidates candidates(
      MemorySegment logits, int row, int width, SamplingSettings settings) {
    check(logits, checkRow(row) + 1L, width);
    try (Scratch.Loan loan = bodies.scratch().borrow(LogitRow.workElements(width))) {
      if (settings.isGreedy()) {
        int likeliest = row(logits, row, width, 1, loan.memory()).argmax();
        return new Candidates(new int[] {likeliest}, new double[] {1});
      }
      LogitRow weighed = row(logits, row, width, settings.temperature(), loan.memory());
      Shortlist list = Shortlist.of(weighed, settings, weighed.weigh());
      int[] count = {0};
      double[] total = {0};
      list.each(
          token -> {
            count[0]++;
            total[0] += weighed.weight(token);
          });
      Candidates result = new Candidates(new int[count[0]], new double[count[0]]);
      int[] at = {0};
      list.each(
          token -> {
            result.tokens()[at[0]] = token;
            result.probabilities()[at[0]++] = weighed.weight(token) / total[0];
          });
      return result;
    }
  }

  /**
   * Makes tokens of a row less likely that have occurred, in place: positive logits are divided by
   * the penalty, others multiplied (CTRL, arXiv 1909.05858). However often a token has occurred, it
   * counts once.
   *
   * @param occurred tokens, each below the width
   * @param penalty above 0; 1 for none
   * @throws IllegalArgumentException if a size, a token or the penalty does not fit; nothing has
   *     then been written
   */
  public void penalize(MemorySegment logits, int row, int width, int[] occurred, double penalty) {
    check(logits, checkRow(row) + 1L, width);
    NativeMemory.checkWritable("logits", logits);
    if (!(penalty > 0 && Double.isFinite(penalty))) {
      throw new IllegalArgumentException(
          "penalty must be above 0 and finite, not " + penalty + ".");
    }
    int[] distinct = Arrays.stream(occurred).distinct().toArray();
    for (int token : distinct) {
      if (token < 0 || token >= width) {
        throw new IllegalArgumentException(
            "occurred has the token %d, but a row has the tokens 0 to %d."
                .formatted(token, width - 1));
      }
    }
    for (int token : distinct) {
      long at = ((long) row * width + token) * Float.BYTES;
      float logit = logits.get(JAVA_FLOAT_UNALIGNED, at);
      double less = logit > 0 ? logit / penalty : logit * penalty;
      logits.set(JAVA_FLOAT_UNALIGNED, at, (float) less);
    }
  }

  private LogitRow row(
      MemorySegment logits, int row, int width, double temperature, MemorySegment work) {
    return LogitRow.of(bodies, logits, row, width, temperature, work);
  }

  /** What is done with a row, in working memory. */
  private interface RowTask {
    void run(int row, MemorySegment work);
  }

  private void eachRow(int rows, int width, RowTask task) {
    threads.parallelFor(
        rows,
        Math.max(1, LogitRow.BLOCK / width),
        (from, to) -> {
          try (Scratch.Loan loan = bodies.scratch().borrow(LogitRow.workElements(width))) {
            for (long row = from; row < to; row++) {
              task.run((int) row, loan.memory());
            }
          }
        });
  }

  private static void check(MemorySegment logits, long rows, int width) {
    if (rows < 0 || width < 1) {
      throw new IllegalArgumentException(
          "rows must be 0 or more and width 1 or more, not %d and %d.".formatted(rows, width));
    }
    NativeMemory.check("logits", logits, Float.BYTES, rows, width);
  }

  private static int checkRow(int row) {
    if (row < 0) {
      throw new IllegalArgumentException("row must be 0 or more, not " + row + ".");
    }
    return row;
  }

  private static void checkCount(String what, int count, int rows) {
    if (count != rows) {
      throw new IllegalArgumentException(
          "%s must be one for each of %d rows, not %d.".formatted(what, rows, count));
    }
  }
}
