package io.mla4j.kernels.scalar;

import io.mla4j.kernels.body.ConversionBodies;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Floats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

public final class ScalarConversions implements ConversionBodies {

  @Override
  public void widen(MemorySegment x, long from, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      Floats.set(out, to + i, Bf16.toFloat(x.get(ValueLayout.JAVA_SHORT_UNALIGNED, from + 2L * i)));
    }
  }

  @Override
  public void narrow(MemorySegment x, long from, MemorySegment out, long to, int count) {
    for (int i = 0; i < count; i++) {
      out.set(ValueLayout.JAVA_SHORT_UNALIGNED, to + 2L * i, Bf16.of(Floats.get(x, from + i)));
    }
  }
}
