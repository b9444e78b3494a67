package io.mla4j.kernels.scalar;

/** The error function in double precision. */
public final class ErrorFunction {

  /** From here on the continued fraction converges faster than the series. */
  private static final double SERIES_END = 3;

  /** From here on erf is 1 in double precision. */
  private static final double ONE_FROM = 6;

  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final int FRACTION_TERMS = 60;

  private ErrorFunction() {}

  /** {@code 2/√π ∫₀ˣ exp(−t²) dt}, within about 1e-15. */
  public static double erf(double x) {
    double t = Math.abs(x);
    if (t < SERIES_END) {
      return series(x);
    }
    double value = t < ONE_FROM ? 1 - complement(t) : 1;
    return Double.isNaN(x) ? x : Math.copySign(value, x);
  }

  /** {@code 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!}: all terms have one sign (DLMF 7.6.2). */
  private static double series(double x) {
    double square = x * x;
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-square) * sum;
  }

  /** The continued fraction of erfc (DLMF 7.9.1), from its far end. */
  private static double complement(double x) {
    double tail = x;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      tail = x + n / 2.0 / tail;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
  }
}
