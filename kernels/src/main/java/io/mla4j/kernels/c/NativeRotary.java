package io.mla4j.kernels.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.body.RotaryAngles;
import io.mla4j.kernels.body.RotaryBody;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin, {@code rotary.c}, of the loop over tokens. */
record NativeRotary(MethodHandle run) implements RotaryBody {

  private static final FunctionDescriptor RUN =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG);

  /** The twin, where this machine has it. */
  static Optional<RotaryBody> find() {
    return NativeKernels.get().find("rotary", RUN).map(NativeRotary::new);
  }

  /** C cannot read a Java array. */
  @Override
  public boolean accepts(Heads x, RotaryAngles angles, Heads out) {
    return NativeCall.accepts(x.memory(), out.memory())
        && NativeCall.accepts(angles.cos(), angles.sin());
  }

  @Override
  public void rotate(
      Heads x, RotaryAngles angles, boolean interleaved, Heads out, long from, long to) {
    try (Arena arena = Arena.ofConfined()) {
      run.invokeExact(
          job(x, angles, interleaved, out, arena),
          NativeCall.from(x.memory(), x.offset()),
          NativeCall.from(angles.cos(), angles.cosOffset()),
          NativeCall.from(angles.sin(), angles.sinOffset()),
          NativeCall.from(out.memory(), out.offset()),
          from,
          to);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  /** {@code struct rotary_job}. */
  private static MemorySegment job(
      Heads x, RotaryAngles angles, boolean interleaved, Heads out, Arena arena) {
    return arena.allocateFrom(
        JAVA_LONG,
        x.tokens(),
        x.heads(),
        x.width() / 2,
        interleaved ? 1 : 0,
        x.batchStride(),
        x.tokenStride(),
        x.headStride(),
        out.batchStride(),
        out.tokenStride(),
        out.headStride(),
        angles.batchStride());
  }
}
