package io.mla4j.kernels.scalar;

/**
 * Float32 functions by polynomials, each within about 2 units in the last place. The coefficients
 * are weighted minimax fits of this project's own; the Vector API twin evaluates the same ones.
 */
public final class FloatMath {

  public static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
  public static final float LN2_HIGH = 0.69314575f;

  public static final float LN2_LOW = 1.4286068e-06f;

  /** Adding this rounds a small float to a whole number, which then stands in the low bits. */
  public static final float ROUNDER = 12582912f;

  /** Below and above these, exp is 0 and infinite in float32. */
  public static final float EXP_LOWEST = -104f;

  public static final float EXP_HIGHEST = 89f;

  /** (eʳ − 1 − r) / r² for |r| ≤ ln 2 / 2, constant term first. */
  public static final float[] EXP = {
    0.49999994f, 0.16666515f, 0.041668456f, 0.00836942f, 0.0013813137f
  };

  /** erf(x) / x − 1 in x² for |x| ≤ 1. */
  public static final float[] ERF = {
    0.12837917f,
    -0.37612626f,
    0.112835854f,
    -0.026853811f,
    0.0051883273f,
    -0.00080101896f,
    7.853849e-05f
  };

  /** −ln erfc(t) for 1 ≤ t ≤ {@link #ERF_ONE}. */
  public static final float[] LOG_ERFC = {
    -0.0003809868f,
    1.1305286f,
    0.6312129f,
    0.110796236f,
    -0.026940009f,
    0.005001812f,
    -0.0006697888f,
    5.9772785e-05f,
    -3.0985907e-06f,
    6.74171e-08f
  };

  /** From here on erf is 1 in float32. */
  public static final float ERF_ONE = 4.2f;

  /** (tanh(x) / x − 1) / x² in x² for |x| ≤ {@link #TANH_SMALL}. */
  public static final float[] TANH = {
    -0.3333328f, 0.13331383f, -0.053733993f, 0.0206181f, -0.0056792824f
  };

  public static final float TANH_SMALL = 0.625f;
  public static final float SQRT_HALF = 0.70710677f;

  private FloatMath() {}

  public static float exp(float x) {
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
