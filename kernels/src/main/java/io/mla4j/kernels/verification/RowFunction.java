package io.mla4j.kernels.verification;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A function of a row and its definition in float64. */
public enum RowFunction {
  /** The sum, one element. */
  SUM {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      return new double[] {Arrays.stream(x).sum()};
    }

    @Override
    double allowed(double should, int width) {
      return 1e-6 * (10 + width);
    }
  },
  /** The largest, one element. */
  MAX {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      return new double[] {Arrays.stream(x).max().orElseThrow()};
    }

    @Override
    double allowed(double should, int width) {
      return 0;
    }
  },
  SOFTMAX {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      double max = Arrays.stream(x).max().orElseThrow();
      double sum = Arrays.stream(x).map(e -> Math.exp(e - max)).sum();
      return Arrays.stream(x).map(e -> Math.exp(e - max) / sum).toArray();
    }

    @Override
    double allowed(double should, int width) {
      return relative(1e-6, should);
    }
  },
  LOG_SOFTMAX {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      return Arrays.stream(SOFTMAX.of(x, weight, bias)).map(Math::log).toArray();
    }

    @Override
    double allowed(double should, int width) {
      return relative(2e-6, should);
    }
  },
  RMS_NORM {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      double mean = Arrays.stream(x).map(e -> e * e).average().orElseThrow();
      double root = Math.sqrt(mean + RMS_EPSILON);
      return IntStream.range(0, x.length).mapToDouble(i -> x[i] / root * weight[i]).toArray();
    }

    @Override
    double allowed(double should, int width) {
      return relative(1e-5, should);
    }
  },
  LAYER_NORM {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
      double root = Math.sqrt(variance + LAYER_EPSILON);
      return IntStream.range(0, x.length)
          .mapToDouble(i -> (x[i] - mean) / root * weight[i] + bias[i])
          .toArray();
    }

    @Override
    double allowed(double should, int width) {
      return relative(1e-5, should);
    }
  },
  /** {@code silu(x) · weight}, the activation of SwiGLU. */
  SILU_MULTIPLY {
    @Override
    double[] of(double[] x, double[] weight, double[] bias) {
      return IntStream.range(0, x.length)
          .mapToDouble(i -> x[i] / (1 + Math.exp(-x[i])) * weight[i])
          .toArray();
    }

    @Override
    double allowed(double should, int width) {
      return relative(1e-6, should);
    }
  };

  static final float RMS_EPSILON = 1e-5f;
  static final float LAYER_EPSILON = 1e-2f;

  abstract double[] of(double[] x, double[] weight, double[] bias);

  /** How far off an element may be. */
  abstract double allowed(double should, int width);

  private static double relative(double tolerance, double should) {
    return tolerance * Math.max(1, Math.abs(should));
  }
}
