package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.scalar.FloatMath;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The exponential function on runs; all functions built on it go through memory to this loop. */
final class VectorExp {

  private static final int EXPONENT_BIAS = 127;
  private static final int MANTISSA_BITS = 23;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(FloatMath.ROUNDER);

  private VectorExp() {}

  /** {@code out = exp(x + shift)}; {@code out} may be {@code x}. */
  static void run(MemorySegment x, long from, float shift, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    vectors(x, from * Float.BYTES, shift, out, to * Float.BYTES, whole);
    for (int i = whole; i < count; i++) {
      Floats.set(out, to + i, FloatMath.exp(Floats.get(x, from + i) + shift));
    }
  }

  /** The steps of {@link FloatMath#exp} on whole vectors. */
  private static void vectors(
      MemorySegment x, long from, float shift, MemorySegment out, long to, int whole) {
    float[] c = FloatMath.EXP;
    FloatVector rounder = FloatVector.broadcast(SPECIES, FloatMath.ROUNDER);
    FloatVector logTwo = FloatVector.broadcast(SPECIES, FloatMath.LOG2_E);
    FloatVector high = FloatVector.broadcast(SPECIES, -FloatMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(SPECIES, -FloatMath.LN2_LOW);
    FloatVector c0 = FloatVector.broadcast(SPECIES, c[0]);
    FloatVector c1 = FloatVector.broadcast(SPECIES, c[1]);
    FloatVector c2 = FloatVector.broadcast(SPECIES, c[2]);
    FloatVector c3 = FloatVector.broadcast(SPECIES, c[3]);
    FloatVector c4 = FloatVector.broadcast(SPECIES, c[4]);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      long at = (long) i * Float.BYTES;
      FloatVector bounded =
          FloatVector.fromMemorySegment(SPECIES, x, from + at, ORDER)
              .add(shift)
              .max(FloatMath.EXP_LOWEST)
              .min(FloatMath.EXP_HIGHEST);
      FloatVector shifted = bounded.fma(logTwo, rounder);
      FloatVector rounded = shifted.sub(rounder);
      FloatVector r = rounded.fma(low, rounded.fma(high, bounded));
      FloatVector p = c4.fma(r, c3).fma(r, c2).fma(r, c1).fma(r, c0);
      FloatVector mantissa = p.mul(r).fma(r, r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      IntVector first = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
      IntVector second = rest.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
      mantissa
          .mul(first.reinterpretAsFloats())
          .mul(second.reinterpretAsFloats())
          .intoMemorySegment(out, to + at, ORDER);
    }
  }
}
