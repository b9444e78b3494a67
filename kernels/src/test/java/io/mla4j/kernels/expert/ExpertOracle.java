package io.mla4j.kernels.expert;

import java.util.Random;

/** Experts, tokens and a routing at random, and their outputs by loops in float64. */
final class ExpertOracle {

  final int tokens;
  final int perToken;
  final int width;
  final int inner;
  final float[] x;
  final int[] chosen;
  final float[] shares;
  final float[][] gate;
  final float[][] up;
  final float[][] down;

  /**
   * @param used experts that tokens are sent to; the others stay empty
   */
  ExpertOracle(long seed, int experts, int used, int tokens, int perToken, int width, int inner) {
    Random random = new Random(seed);
    this.tokens = tokens;
    this.perToken = perToken;
    this.width = width;
    this.inner = inner;
    this.x = gaussian(random, tokens * width);
    this.shares = gaussian(random, tokens * perToken);
    this.chosen = new int[tokens * perToken];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = random.nextInt(used + 1) - 1;
    }
    this.gate = new float[experts][];
    this.up = new float[experts][];
    this.down = new float[experts][];
    for (int e = 0; e < experts; e++) {
      gate[e] = gaussian(random, inner * width);
      up[e] = gaussian(random, inner * width);
      down[e] = gaussian(random, inner * width);
    }
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * 0.5f;
    }
    return values;
  }

  /** [T, E]; in the second array what each sum's terms add up to. */
  double[][] outputs() {
    double[] sums = new double[tokens * width];
    double[] magnitudes = new double[sums.length];
    for (int pair = 0; pair < chosen.length; pair++) {
      if (chosen[pair] >= 0) {
        add(pair, sums, magnitudes);
      }
    }
    return new double[][] {sums, magnitudes};
  }

  private void add(int pair, double[] sums, double[] magnitudes) {
    int expert = chosen[pair];
    int token = pair / perToken;
    double[] hidden = new double[inner];
    for (int i = 0; i < inner; i++) {
      double g = row(gate[expert], i, token);
      hidden[i] = g / (1 + Math.exp(-g)) * row(up[expert], i, token);
    }
    for (int e = 0; e < width; e++) {
      for (int i = 0; i < inner; i++) {
        double term = shares[pair] * hidden[i] * down[expert][e * inner + i];
        sums[token * width + e] += term;
        magnitudes[token * width + e] += Math.abs(term);
      }
    }
  }

  private double row(float[] weights, int row, int token) {
    double sum = 0;
    for (int e = 0; e < width; e++) {
      sum += (double) weights[row * width + e] * x[token * width + e];
    }
    return sum;
  }
}
