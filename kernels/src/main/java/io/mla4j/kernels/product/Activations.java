package io.mla4j.kernels.product;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/** The rows that are multiplied with weights, [M, K]. */
public sealed interface Activations permits Activations.Floating, Activations.Int8 {

  /** M, 0 or more. */
  long rows();

  /** K, 1 or more. */
  long depth();

  MemorySegment memory();

  /**
   * Activations in a floating-point type.
   *
   * @param memory [M, K]
   */
  record Floating(MemorySegment memory, ElementType type, long rows, long depth)
      implements Activations {

    /**
     * @throws IllegalArgumentException if an extent is out of range or the memory too small
     */
    public Floating {
      Extent.checkPositive("depth of the activations", depth);
      NativeMemory.check("activations", memory, type.bytes(), rows, depth);
    }
  }

  /**
   * Activations as whole numbers with a scale a row; {@link MatrixProducts#quantize} makes them.
   *
   * @param memory [M, K], int8
   * @param scales [M], float32
   */
  record Int8(MemorySegment memory, MemorySegment scales, long rows, long depth)
      implements Activations {

    /**
     * @throws IllegalArgumentException if an extent is out of range or a memory too small
     */
    public Int8 {
      Extent.checkPositive("depth of the activations", depth);
      NativeMemory.check("activations", memory, Byte.BYTES, rows, depth);
      NativeMemory.check("scales of the activations", scales, Float.BYTES, rows, 1);
    }
  }

  static Activations float32(MemorySegment memory, long rows, long depth) {
    return new Floating(memory, ElementType.FLOAT32, rows, depth);
  }

  static Activations bf16(MemorySegment memory, long rows, long depth) {
    return new Floating(memory, ElementType.BF16, rows, depth);
  }

  static Int8 int8(MemorySegment memory, MemorySegment scales, long rows, long depth) {
    return new Int8(memory, scales, rows, depth);
  }
}
