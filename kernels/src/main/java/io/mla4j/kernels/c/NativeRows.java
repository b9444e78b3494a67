package io.mla4j.kernels.c;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.kernels.body.RowBodies;
import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The C twin of norms and softmax, {@code rows.c}; the rest is another twin's. */
record NativeRows(
    RowBodies other,
    MethodHandle rms,
    MethodHandle layer,
    MethodHandle softmax,
    MethodHandle logSoftmax)
    implements RowBodies {

  private static final FunctionDescriptor RMS =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_FLOAT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LAYER =
      FunctionDescriptor.ofVoid(
          ADDRESS, ADDRESS, ADDRESS, JAVA_FLOAT, ADDRESS, JAVA_LONG, JAVA_LONG);

  private static final FunctionDescriptor SOFTMAX =
      FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG);

  /** The twin where this machine has it, else the other one. */
  static RowBodies over(RowBodies other) {
    return NativeKernels.get().isAvailable()
        ? new NativeRows(
            other,
            find("rms_norm", RMS),
            find("layer_norm", LAYER),
            find("softmax", SOFTMAX),
            find("log_softmax", SOFTMAX))
        : other;
  }

  private static MethodHandle find(String name, FunctionDescriptor signature) {
    return NativeKernels.get().find(name, signature).orElseThrow();
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
  public void softmax(
      MemorySegment x, long from, MemorySegment out, long to, long rows, int width) {
    if (!NativeCall.accepts(x, out)) {
      other.softmax(x, from, out, to, rows, width);
      return;
    }
    try {
      softmax.invokeExact(NativeCall.from(x, from), NativeCall.from(out, to), rows, (long) width);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  @Override
  public void logSoftmax(
      MemorySegment x, long from, MemorySegment out, long to, long rows, int width) {
    if (!NativeCall.accepts(x, out)) {
      other.logSoftmax(x, from, out, to, rows, width);
      return;
    }
    try {
      logSoftmax.invokeExact(
          NativeCall.from(x, from), NativeCall.from(out, to), rows, (long) width);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
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
