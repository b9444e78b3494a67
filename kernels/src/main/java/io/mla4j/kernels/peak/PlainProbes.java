package io.mla4j.kernels.peak;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What plain loops can tell: products they could only guess at, but reading needs no vectors. */
final class PlainProbes {

  private PlainProbes() {}

  static long read(MemorySegment memory) {
    long sum = 0;
    for (long at = 0; at < memory.byteSize(); at += Long.BYTES) {
      sum += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }
    return sum;
  }
}
