package io.mla4j.tensor;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** Rows of latents as int8, with a scale each for the latent and the rotary key. */
final class Int8Latents {

  /** Two scales and two sums. */
  static final int FOOTER_BYTES = 16;

  private static final int LARGEST = 127;

  private Int8Latents() {}

  /** As {@link LatentFormat#encode}. */
  static Tensor encode(Tensor rows, long rank) {
    int width = Math.toIntExact(rows.shape().dim(1));
    int count = Math.toIntExact(rows.shape().dim(0));
    int stride = width + FOOTER_BYTES;
    float[] elements = rows.toFloats();
    MemorySegment to = MemorySegment.ofArray(new byte[Math.multiplyExact(count, stride)]);
    int split = Math.toIntExact(rank);
    for (int row = 0; row < count; row++) {
      long at = (long) row * stride;
      int from = row * width;
      encode(elements, from, from + split, to, at, at + width);
      encode(elements, from + split, from + width, to, at + split, at + width + Float.BYTES);
    }
    return rows.engine().ofBytes(to, DType.INT8, count, stride);
  }

  private static void encode(
      float[] elements, int from, int end, MemorySegment to, long at, long footer) {
    float largest = 0;
    for (int i = from; i < end; i++) {
      largest = Math.max(largest, Math.abs(elements[i]));
    }
    if (!Float.isFinite(largest)) {
      throw new IllegalArgumentException("A latent row must be finite to be kept as int8.");
    }
    float scale = largest / LARGEST;
    int sum = 0;
    for (int i = from; i < end; i++) {
      int rounded = scale == 0 ? 0 : Math.round(elements[i] / scale);
      int quantized = Math.clamp(rounded, -LARGEST, LARGEST);
      sum += quantized;
      to.set(JAVA_BYTE, at + i - from, (byte) quantized);
    }
    to.set(JAVA_FLOAT_UNALIGNED, footer, scale);
    to.set(JAVA_INT_UNALIGNED, footer + 2 * Float.BYTES, sum);
  }

  /** FLOAT32, as {@link LatentFormat#decode}. */
  static Tensor decode(Tensor rows, long rank) {
    int stride = Math.toIntExact(rows.shape().dim(1));
    int count = Math.toIntExact(rows.shape().dim(0));
    int width = stride - FOOTER_BYTES;
    MemorySegment from = MemorySegment.ofArray(new byte[Math.multiplyExact(count, stride)]);
    rows.copyTo(from);
    float[] elements = new float[count * width];
    for (int row = 0; row < count; row++) {
      long at = (long) row * stride;
      float latent = from.get(JAVA_FLOAT_UNALIGNED, at + width);
      float rotary = from.get(JAVA_FLOAT_UNALIGNED, at + width + Float.BYTES);
      for (int d = 0; d < width; d++) {
        elements[row * width + d] = from.get(JAVA_BYTE, at + d) * (d < rank ? latent : rotary);
      }
    }
    return rows.engine().ofFloats(elements, count, width);
  }
}
