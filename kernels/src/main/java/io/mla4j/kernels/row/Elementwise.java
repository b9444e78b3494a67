package io.mla4j.kernels.row;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.ElementwiseBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * Element by element functions of float32 runs, on the calling thread: a run is one piece of a
 * larger loop. Offsets, steps and counts are in elements.
 */
public final class Elementwise {

  private final ElementwiseBodies bodies;

  public Elementwise(ElementwiseBodies bodies) {
    this.bodies = bodies;
  }

  /** {@code out = op(x)} for elements side by side; {@code out} may be {@code x}. */
  public void unary(UnaryOp op, MemorySegment x, long from, MemorySegment out, long to, int count) {
    Extent.check("operand", x, from, 1, count);
    Extent.check("result", out, to, 1, count);
    NativeMemory.checkWritable("result", out);
    bodies.unary(op, x, from, out, to, count);
  }

  /**
   * {@code out = op(a, b)}; {@code out} lies side by side and may be an operand.
   *
   * @param aStep distance of the elements of {@code a}; 0 repeats one element
   */
  public void binary(
      BinaryOp op,
      MemorySegment a,
      long aFrom,
      long aStep,
      MemorySegment b,
      long bFrom,
      long bStep,
      MemorySegment out,
      long to,
      int count) {
    Extent.check("left operand", a, aFrom, aStep, count);
    Extent.check("right operand", b, bFrom, bStep, count);
    Extent.check("result", out, to, 1, count);
    NativeMemory.checkWritable("result", out);
    if (count > 0) {
      bodies.binary(op, a, aFrom, aStep, b, bFrom, bStep, out, to, count);
    }
  }

  /** {@code out = silu(gate) · up} for elements side by side; {@code out} may be {@code gate}. */
  public void siluMultiply(
      MemorySegment gate,
      long gateFrom,
      MemorySegment up,
      long upFrom,
      MemorySegment out,
      long to,
      int count) {
    Extent.check("gate", gate, gateFrom, 1, count);
    Extent.check("right operand", up, upFrom, 1, count);
    Extent.check("result", out, to, 1, count);
    NativeMemory.checkWritable("result", out);
    bodies.siluMultiply(gate, gateFrom, up, upFrom, out, to, count);
  }
}
