package io.mla4j.flashmla.verification;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.Fp8Row;
import io.mla4j.flashmla.cache.Int8Row;
import io.mla4j.kernels.memory.Bf16;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random rows as FlashMLA's tests draw them: Gaussian of a tenth, cut at one. */
public final class DecodeRows {

  /** Rows that are drawn and then repeated: drawing each would take longer than a kernel. */
  private static final int DRAWN = 251;

  private final CacheFormat format;
  private final int width;
  private final int valueWidth;
  private final int rowBytes;
  private final MemorySegment drawn;
  private final RandomGenerator random;

  public DecodeRows(CacheFormat format, int width, int valueWidth, long seed) {
    this.format = format;
    this.width = width;
    this.valueWidth = valueWidth;
    this.rowBytes = format.rowBytes(width, valueWidth);
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.drawn = Arena.ofAuto().allocate((long) DRAWN * rowBytes, 64);
    float[] row = new float[width];
    for (int r = 0; r < DRAWN; r++) {
      for (int d = 0; d < width; d++) {
        row[d] = (float) Math.clamp(random.nextGaussian() / 10, -1, 1);
      }
      write(row, (long) r * rowBytes);
    }
  }

  private void write(float[] row, long atByte) {
    for (int d = 0; d < width; d++) {
      switch (format) {
        case FLOAT32 -> drawn.set(JAVA_FLOAT_UNALIGNED, atByte + 4L * d, row[d]);
        case BF16 -> drawn.set(JAVA_SHORT_UNALIGNED, atByte + 2L * d, Bf16.of(row[d]));
        case INT8, FP8 -> {}
      }
    }
    switch (format) {
      case INT8 -> Int8Row.quantize(row, valueWidth, drawn, atByte);
      case FP8 -> Fp8Row.quantize(row, valueWidth, drawn, atByte);
      case FLOAT32, BF16 -> {}
    }
  }

  /** Writes rows one after another from the start of {@code to}. */
  public void fill(MemorySegment to, long rows) {
    int first = random.nextInt(DRAWN);
    for (long r = 0; r < rows; r++) {
      long from = (first + 7 * r) % DRAWN * rowBytes;
      MemorySegment.copy(drawn, from, to, r * rowBytes, rowBytes);
    }
  }
}
