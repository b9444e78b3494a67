package io.mla4j.kernels;

/**
 * Float32 functions by polynomials, each within about 2 units in the last place. The coefficients
 * are weighted minimax fits of this project's own; the Vector API twin evaluates the same ones.
 */
final class FloatMath {

  static final float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
  static final float LN2_HIGH = 0.693145752f;

  static final float LN2_LOW = 1.42860677e-6f;

  /** Adding this rounds a small float to a whole number, which then stands in the low bits. */
  static final float ROUNDER = 12582912f;

  /** Below and above these, exp is 0 and infinite in float32. */
  static final float EXP_LOWEST = -104f;

  static final float EXP_HIGHEST = 89f;

  /** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2, constant term first. */
  static final float[] EXP = {
    0.49999994f, 0.166665152f, 0.041668456f, 0.00836941972f, 0.00138131366f
  };

  /** erf(x) / x − 1 in x² for |x| ≤ 1. */
  static final float[] ERF = {
    0.128379166f,
    -0.37612626f,
    0.112835854f,
    -0.026853811f,
    0.00518832728f,
    -0.000801018963f,
    7.85384909e-05f
  };

  /** −ln erfc(t) for 1 ≤ t ≤ {@link #ERF_ONE}. */
  static final float[] LOG_ERFC = {
    -0.000380986807f,
    1.13052857f,
    0.63121289f,
    0.110796236f,
    -0.0269400086f,
    0.00500181178f,
    -0.000669788802f,
    5.97727849e-05f,
    -3.0985907e-06f,
    6.74170977e-08f
  };

  /** From here on erf is 1 in float32. */
  static final float ERF_ONE = 4.2f;

  /** (tanh(x) / x − 1) / x² in x² for |x| ≤ {@link #TANH_SMALL}. */
  static final float[] TANH = {
    -0.333332807f, 0.133313835f, -0.0537339933f, 0.0206180997f, -0.00567928236f
  };

  static final float TANH_SMALL = 0.625f;
  static final float SQRT_HALF = 0.707106781f;

  private FloatMath() {}

  static float exp(float x) {
    float bounded = Math.min(Math.max(x, EXP_LOWEST), EXP_HIGHEST);
    float rounded = bounded * LOG2_E + ROUNDER - ROUNDER;
    float r = bounded - rounded * LN2_HIGH - rounded * LN2_LOW;
    float mantissa = polynomial(EXP, r) * r * r + r + 1;
    int exponent = (int) rounded;
    int half = exponent >> 1; // two factors, since 2^128 and 2^-149 are no normal floats
    return mantissa * power(half) * power(exponent - half);
  }

  private static float power(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  static float erf(float x) {
    float t = Math.abs(x);
    if (t > 1) {
      float tail = exp(-polynomial(LOG_ERFC, Math.min(t, ERF_ONE)));
      return Math.copySign(1 - tail, x);
    }
    return polynomial(ERF, x * x) * x + x;
  }

  static float tanh(float x) {
    float t = Math.abs(x);
    if (t > TANH_SMALL) {
      return Math.copySign(1 - 2 / (exp(2 * t) + 1), x);
    }
    float square = x * x;
    return polynomial(TANH, square) * square * x + x;
  }

  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  static float gelu(float x) {
    return 0.5f * x * (1 + erf(x * SQRT_HALF));
  }

  static float silu(float x) {
    return x * sigmoid(x);
  }

  private static float polynomial(float[] coefficients, float x) {
    float value = coefficients[coefficients.length - 1];
    for (int i = coefficients.length - 2; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }
}
