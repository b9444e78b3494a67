package io.mla4j.kernels.peak;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Probes in the Vector API. Loaded only where its module is in the JVM. */
final class VectorProbes {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int SUMS = 12;

  private VectorProbes() {}

  /** The sums start apart, as the compiler would keep one of twelve that are the same. */
  static long float32(long rounds, MemorySegment vectors) {
    FloatVector x = FloatVector.fromMemorySegment(FLOATS, vectors, 0, ORDER);
    FloatVector y = FloatVector.fromMemorySegment(FLOATS, vectors, FLOATS.vectorByteSize(), ORDER);
    FloatVector a = x.mul(1f);
    FloatVector b = x.mul(2f);
    FloatVector c = x.mul(3f);
    FloatVector d = x.mul(4f);
    FloatVector e = x.mul(5f);
    FloatVector f = x.mul(6f);
    FloatVector g = x.mul(7f);
    FloatVector h = x.mul(8f);
    FloatVector i = x.mul(9f);
    FloatVector j = x.mul(10f);
    FloatVector k = x.mul(11f);
    FloatVector l = x.mul(12f);
    for (long r = 0; r < rounds; r++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector all = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k);
    all.add(l).intoMemorySegment(vectors, 0, ORDER);
    return rounds * SUMS * FLOATS.length() * 2;
  }

  static long read(MemorySegment memory) {
    int step = LONGS.vectorByteSize();
    LongVector a = LongVector.zero(LONGS);
    LongVector b = LongVector.zero(LONGS);
    LongVector c = LongVector.zero(LONGS);
    LongVector d = LongVector.zero(LONGS);
    long end = memory.byteSize() / (4L * step) * (4L * step);
    for (long at = 0; at < end; at += 4L * step) {
      a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, ORDER));
      b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + step, ORDER));
      c = c.add(LongVector.fromMemorySegment(LONGS, memory, at + 2L * step, ORDER));
      d = d.add(LongVector.fromMemorySegment(LONGS, memory, at + 3L * step, ORDER));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
