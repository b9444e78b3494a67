package io.mla4j.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C twin of the norms, {@code rows.c}; the rest is another twin's. */
record NativeRows(RowBodies other, MethodHandle rms, MethodHandle layer) implements RowBodies {

  private static final FunctionDescriptor RMS =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_FLOAT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LAYER =
      FunctionDescriptor.ofVoid(
          ADDRESS, ADDRESS, ADDRESS, JAVA_FLOAT, ADDRESS, JAVA_LONG, JAVA_LONG);

  /** The twin where this machine has it, else the other one. */
  static RowBodies over(RowBodies other) {
    NativeKernels kernels = NativeKernels.get();
    Optional<MethodHandle> rms = kernels.find("rms_norm", RMS);
    Optional<MethodHandle> layer = kernels.find("layer_norm", LAYER);
    return rms.isPresent() && layer.isPresent()
        ? new NativeRows(other, rms.get(), layer.get())
        : other;
  }

  @Override
  public float sum(MemorySegment x, long from, int width) {
    return other.sum(x, from, width);
  }

  @Override
  public float max(MemorySegment x, long from, int width) {
    return other.max(x, from, width);
  }

  @Override
  public void softmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    other.softmax(x, from, out, to, width);
  }

  @Override
  public void logSoftmax(MemorySegment x, long from, MemorySegment out, long to, int width) {
    other.logSoftmax(x, from, out, to, width);
  }

  @Override
  public void rmsNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width) {
    if (!NativeCall.accepts(x, out) || !weight.isNative()) {
      other.rmsNorm(x, from, weight, epsilon, out, to, rows, width);
      return;
    }
    try {
      rms.invokeExact(
          NativeCall.from(x, from), weight, epsilon, NativeCall.from(out, to), rows, (long) width);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void layerNorm(
      MemorySegment x,
      long from,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long to,
      long rows,
      int width) {
    if (!NativeCall.accepts(x, out) || !NativeCall.accepts(weight, bias)) {
      other.layerNorm(x, from, weight, bias, epsilon, out, to, rows, width);
      return;
    }
    try {
      layer.invokeExact(
          NativeCall.from(x, from),
          weight,
          bias,
          epsilon,
          NativeCall.from(out, to),
          rows,
          (long) width);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }
}
