package io.mla4j.kernels.verification;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.row.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Runs a function of rows and compares with float64. */
public final class RowTrial {

  /** Elements before the first row. */
  private static final int BEFORE = 2;

  private final RowCase point;
  private final MemorySegment x;
  private final MemorySegment weight;
  private final MemorySegment bias;
  private final MemorySegment out;

  private RowTrial(RowCase point, Operands operands) {
    this.point = point;
    long count = (long) point.rows() * point.width();
    this.x = operands.gaussian(BEFORE + count);
    this.weight = operands.gaussian(point.width());
    this.bias = operands.gaussian(point.width());
    this.out = operands.result((long) point.rows() * outWidth());
  }

  private int outWidth() {
    return switch (point.function()) {
      case SUM, MAX -> 1;
      case SOFTMAX, LOG_SOFTMAX, RMS_NORM, LAYER_NORM, SILU_MULTIPLY -> point.width();
    };
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(Kernels kernels, RowCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      RowTrial trial = new RowTrial(point, new Operands(arena, seed));
      trial.apply(kernels);
      return trial.compare().map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private void apply(Kernels kernels) {
    Rows rows = kernels.rows();
    int count = point.rows();
    int width = point.width();
    switch (point.function()) {
      case SUM -> rows.sum(x, BEFORE, out, count, width);
      case MAX -> rows.max(x, BEFORE, out, count, width);
      case SOFTMAX -> rows.softmax(x, BEFORE, out, count, width);
      case LOG_SOFTMAX -> rows.logSoftmax(x, BEFORE, out, count, width);
      case RMS_NORM -> rows.rmsNorm(x, BEFORE, weight, RowFunction.RMS_EPSILON, out, count, width);
      case LAYER_NORM ->
          rows.layerNorm(x, BEFORE, weight, bias, RowFunction.LAYER_EPSILON, out, count, width);
      case SILU_MULTIPLY -> {
        for (long row = 0; row < count; row++) {
          kernels
              .elementwise()
              .siluMultiply(x, BEFORE + row * width, weight, 0, out, row * width, width);
        }
      }
    }
  }

  private Optional<String> compare() {
    double[] weights = numbers(weight, 0);
    double[] biases = numbers(bias, 0);
    for (int row = 0; row < point.rows(); row++) {
      double[] from = numbers(x, BEFORE + (long) row * point.width());
      double[] should = point.function().of(from, weights, biases);
      for (int i = 0; i < should.length; i++) {
        float is = Floats.get(out, (long) row * should.length + i);
        double allowed = point.function().allowed(should[i], point.width());
        Optional<String> wrong = Difference.of(is, should[i], allowed, row, i);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Operands.pastTheEnd(out);
  }

  private double[] numbers(MemorySegment memory, long from) {
    double[] numbers = new double[point.width()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Floats.get(memory, from + i);
    }
    return numbers;
  }
}
