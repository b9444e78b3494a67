package io.mla4j.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Loads and stores of the widest float32 vectors this processor runs well. */
final class Lanes {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int COUNT = SPECIES.length();
  static final long BYTES = (long) COUNT * Float.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Lanes() {}

  /** How many of the first {@code count} elements fill whole vectors. */
  static int whole(int count) {
    return SPECIES.loopBound(count);
  }

  static FloatVector load(MemorySegment memory, long index) {
    return loadAt(memory, index * Float.BYTES);
  }

  static FloatVector loadAt(MemorySegment memory, long offsetBytes) {
    return FloatVector.fromMemorySegment(SPECIES, memory, offsetBytes, ORDER);
  }

  static void store(FloatVector vector, MemorySegment memory, long index) {
    vector.intoMemorySegment(memory, index * Float.BYTES, ORDER);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static FloatVector zero() {
    return FloatVector.zero(SPECIES);
  }
}
