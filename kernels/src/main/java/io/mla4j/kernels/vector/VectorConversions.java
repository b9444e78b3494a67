package io.mla4j.kernels.vector;

import static io.mla4j.kernels.vector.Lanes.ORDER;
import static io.mla4j.kernels.vector.Lanes.SPECIES;

import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.scalar.ScalarConversions;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

final class VectorConversions implements ConversionBodies {

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());

  private final ScalarConversions tail = new ScalarConversions();

  @Override
  public void widen(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    long target = to * Float.BYTES;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      ShortVector halves = ShortVector.fromMemorySegment(SHORTS, x, from + 2L * i, ORDER);
      IntVector bits = (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(out, target + 4L * i, ORDER);
    }
    tail.widen(x, from + 2L * whole, out, to + whole, count - whole);
  }

  @Override
  public void narrow(MemorySegment x, long from, MemorySegment out, long to, int count) {
    int whole = Lanes.whole(count);
    long source = from * Float.BYTES;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector floats = FloatVector.fromMemorySegment(SPECIES, x, source + 4L * i, ORDER);
      IntVector bits = floats.reinterpretAsInts();
      IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(0x7fff).add(even).lanewise(VectorOperators.LSHR, 16);
      IntVector nan = bits.lanewise(VectorOperators.LSHR, 16).or(0x40);
      ShortVector halves =
          (ShortVector)
              rounded
                  .blend(nan, floats.test(VectorOperators.IS_NAN).cast(INTS))
                  .convertShape(VectorOperators.I2S, SHORTS, 0);
      halves.intoMemorySegment(out, to + 2L * i, ORDER);
    }
    tail.narrow(x, from + whole, out, to + 2L * whole, count - whole);
  }
}
