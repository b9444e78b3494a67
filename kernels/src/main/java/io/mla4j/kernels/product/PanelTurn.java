package io.mla4j.kernels.product;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.kernels.nativecode.NativeCall;
import io.mla4j.kernels.nativecode.NativeKernels;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Turns rows of weights into the steps of a panel, whatever type fills the four bytes that a
 * channel has in a step. The C twin is {@code product_turn.c}.
 */
final class PanelTurn {

  private static final Optional<MethodHandle> NATIVE =
      NativeKernels.get()
          .find(
              "product_turn",
              FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS));

  /** Steps after which the lines that a loop has written would leave the first-level cache. */
  private static final int SQUARE = 16;

  private PanelTurn() {}

  /**
   * Fills a panel, whose memory is zero.
   *
   * @param rows a panel's channels or, of the last panel, fewer, one after the other
   * @param rowBytes of each
   * @param to the panel's steps, 64-byte aligned
   */
  static void turn(MemorySegment rows, long rowBytes, int channels, MemorySegment to) {
    if (NATIVE.isPresent()) {
      turn(NATIVE.get(), rows, rowBytes, channels, to);
    } else {
      turnInJava(rows, rowBytes, channels, to);
    }
  }

  private static void turn(
      MethodHandle function, MemorySegment rows, long rowBytes, long channels, MemorySegment to) {
    try {
      function.invokeExact(rows, rowBytes, channels, rowBytes, to);
    } catch (Throwable failure) {
      throw NativeCall.failed(failure);
    }
  }

  static void turnInJava(MemorySegment rows, long rowBytes, int channels, MemorySegment to) {
    long words = rowBytes / Integer.BYTES;
    for (long first = 0; first < words; first += SQUARE) {
      long end = Math.min(words, first + SQUARE);
      for (int channel = 0; channel < channels; channel++) {
        long from = channel * rowBytes;
        for (long word = first; word < end; word++) {
          int bits = rows.get(JAVA_INT_UNALIGNED, from + word * Integer.BYTES);
          to.set(JAVA_INT_UNALIGNED, place(word, channel), bits);
        }
      }
    }
    if (rowBytes % Integer.BYTES != 0) { // an odd number of bf16
      for (int channel = 0; channel < channels; channel++) {
        short last = rows.get(JAVA_SHORT_UNALIGNED, (channel + 1) * rowBytes - Short.BYTES);
        to.set(JAVA_SHORT_UNALIGNED, place(words, channel), last);
      }
    }
  }

  private static long place(long word, int channel) {
    return word * PanelLayout.STEP_BYTES + (long) channel * Integer.BYTES;
  }
}
