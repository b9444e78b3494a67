package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Row functions in double precision. */
final class RowOracle {

  private RowOracle() {}

  static double[] softmax(double[] row) {
    double max = Arrays.stream(row).max().orElseThrow();
    double sum = Arrays.stream(row).map(x -> Math.exp(x - max)).sum();
    return Arrays.stream(row).map(x -> Math.exp(x - max) / sum).toArray();
  }

  static double[] logSoftmax(double[] row) {
    return Arrays.stream(softmax(row)).map(Math::log).toArray();
  }

  static double[] rms(double[] row, MemorySegment weight) {
    double mean = Arrays.stream(row).map(x -> x * x).average().orElseThrow();
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      result[i] = row[i] / Math.sqrt(mean + 1e-5) * Floats.get(weight, i);
    }
    return result;
  }

  static double[] layer(double[] row, MemorySegment weight, MemorySegment bias) {
    double mean = Arrays.stream(row).average().orElseThrow();
    double variance = Arrays.stream(row).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      double normal = (row[i] - mean) / Math.sqrt(variance + 1e-2);
      result[i] = normal * Floats.get(weight, i) + Floats.get(bias, i);
    }
    return result;
  }
}
