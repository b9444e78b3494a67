package io.mla4j.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link FloatMath} on whole vectors. */
final class VectorMath {

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(FloatMath.ROUNDER);

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(FloatMath.EXP_LOWEST).min(FloatMath.EXP_HIGHEST);
    FloatVector shifted =
        bounded.fma(Lanes.broadcast(FloatMath.LOG2_E), Lanes.broadcast(FloatMath.ROUNDER));
    FloatVector rounded = shifted.sub(FloatMath.ROUNDER);
    FloatVector r =
        rounded.fma(
            Lanes.broadcast(-FloatMath.LN2_LOW),
            rounded.fma(Lanes.broadcast(-FloatMath.LN2_HIGH), bounded));
    float[] c = FloatMath.EXP;
    FloatVector p = Lanes.broadcast(c[4]);
    p = p.fma(r, Lanes.broadcast(c[3]));
    p = p.fma(r, Lanes.broadcast(c[2]));
    p = p.fma(r, Lanes.broadcast(c[1]));
    p = p.fma(r, Lanes.broadcast(c[0]));
    FloatVector mantissa = p.mul(r).fma(r, r).add(1);
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return mantissa.mul(power(half)).mul(power(exponent.sub(half)));
  }

  private static FloatVector power(IntVector exponent) {
    return exponent
        .add(EXPONENT_BIAS)
        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
        .reinterpretAsFloats();
  }

  static FloatVector erf(FloatVector x) {
    FloatVector t = x.abs();
    VectorMask<Float> large = t.compare(VectorOperators.GT, 1);
    FloatVector small = erfSmall(x);
    return large.anyTrue() ? small.blend(withSign(erfLarge(t), x), large) : small;
  }

  private static FloatVector erfSmall(FloatVector x) {
    FloatVector square = x.mul(x);
    float[] c = FloatMath.ERF;
    FloatVector p = Lanes.broadcast(c[6]);
    p = p.fma(square, Lanes.broadcast(c[5]));
    p = p.fma(square, Lanes.broadcast(c[4]));
    p = p.fma(square, Lanes.broadcast(c[3]));
    p = p.fma(square, Lanes.broadcast(c[2]));
    p = p.fma(square, Lanes.broadcast(c[1]));
    p = p.fma(square, Lanes.broadcast(c[0]));
    return p.fma(x, x);
  }

  private static FloatVector erfLarge(FloatVector absolute) {
    FloatVector t = absolute.min(FloatMath.ERF_ONE);
    float[] c = FloatMath.LOG_ERFC;
    FloatVector p = Lanes.broadcast(c[9]);
    p = p.fma(t, Lanes.broadcast(c[8]));
    p = p.fma(t, Lanes.broadcast(c[7]));
    p = p.fma(t, Lanes.broadcast(c[6]));
    p = p.fma(t, Lanes.broadcast(c[5]));
    p = p.fma(t, Lanes.broadcast(c[4]));
    p = p.fma(t, Lanes.broadcast(c[3]));
    p = p.fma(t, Lanes.broadcast(c[2]));
    p = p.fma(t, Lanes.broadcast(c[1]));
    p = p.fma(t, Lanes.broadcast(c[0]));
    return Lanes.broadcast(1).sub(exp(p.neg()));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector t = x.abs();
    VectorMask<Float> large = t.compare(VectorOperators.GT, FloatMath.TANH_SMALL);
    FloatVector small = tanhSmall(x);
    if (!large.anyTrue()) {
      return small;
    }
    FloatVector two = Lanes.broadcast(2);
    FloatVector tail = Lanes.broadcast(1).sub(two.div(exp(t.mul(two)).add(1)));
    return small.blend(withSign(tail, x), large);
  }

  private static FloatVector tanhSmall(FloatVector x) {
    FloatVector square = x.mul(x);
    float[] c = FloatMath.TANH;
    FloatVector p = Lanes.broadcast(c[4]);
    p = p.fma(square, Lanes.broadcast(c[3]));
    p = p.fma(square, Lanes.broadcast(c[2]));
    p = p.fma(square, Lanes.broadcast(c[1]));
    p = p.fma(square, Lanes.broadcast(c[0]));
    return p.mul(square).fma(x, x);
  }

  private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return magnitude.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  static FloatVector sigmoid(FloatVector x) {
    return Lanes.broadcast(1).div(exp(x.neg()).add(1));
  }

  static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(FloatMath.SQRT_HALF)).add(1));
  }

  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1));
  }
}
