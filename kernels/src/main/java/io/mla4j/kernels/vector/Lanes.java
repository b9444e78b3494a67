package io.mla4j.kernels.vector;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widest float32 vectors this processor runs well.
 *
 * <p>How vector code is written here: every loop calls the Vector API itself, and no method of ours
 * takes or returns a vector. The compiler always inlines the API's methods but ours only while
 * their compiled code is small; one that it leaves out passes its vectors through the heap, at a
 * tenth of the speed, and whether it does depends on what was compiled first.
 */
final class Lanes {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int COUNT = SPECIES.length();
  static final long BYTES = (long) COUNT * Float.BYTES;
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private Lanes() {}

  /**
   * The sum of a vector's lanes, by halves, which overwrites them. {@code reduceLanes(ADD)}
   * promises no order, and takes another one once it is compiled.
   *
   * @param lanes as many as a vector has
   */
  static float sum(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  /** How many of the first {@code count} elements fill whole vectors. */
  static int whole(int count) {
    return SPECIES.loopBound(count);
  }
}
