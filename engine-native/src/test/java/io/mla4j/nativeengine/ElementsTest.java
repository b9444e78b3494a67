package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ElementsTest extends EngineTestCase {

  @Test
  void everyTypeIsStoredAndCastToEveryOther() {
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        Tensor x = ENGINE.ofLongs(new long[] {0, 1, 1, 0}, 2, 2).cast(from);
        Tensor y = x.transpose(0, 1).cast(to);
        assertEquals(to, y.dtype());
        assertElements(y, 0, 1, 1, 0);
        assertElements(ENGINE.full(to, 1, 2), 1, 1);
        assertElements(ENGINE.zeros(to, 2), 0, 0);
      }
    }
    Tensor x = ENGINE.zeros(DType.BF16, 2);
    assertSame(x, x.cast(DType.BF16));
  }

  @Test
  void castsRoundAndTruncate() {
    Tensor x = ENGINE.ofDoubles(new double[] {-2.7, 2.7, 0.3, 200}, 4);
    assertArrayEquals(new long[] {-2, 2, 0, 200}, x.cast(DType.INT64).toLongs());
    assertArrayEquals(new long[] {1, 1, 1, 1}, x.cast(DType.BOOL).toLongs());
    // 1 + 2^-8 lies between two bfloat16 numbers and goes to the even one, 1 + 3·2^-8 likewise.
    double[] ties = {1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1.01p-8, 3.39e38};
    double[] rounded = {1, 1 + 0x1p-6, 1 + 0x1p-7, 0x1.FEp127};
    assertArrayEquals(rounded, bf16(ties));
    assertEquals(Double.POSITIVE_INFINITY, bf16(Float.MAX_VALUE)[0]);
    assertTrue(Double.isNaN(bf16(Double.NaN)[0]));
    assertElements(
        ENGINE.ofDoubles(new double[] {65520, 0x1p-24}, 2).cast(DType.FLOAT16),
        Double.POSITIVE_INFINITY,
        0x1p-24);
    long exact = (1L << 53) + 1;
    assertEquals(exact, ENGINE.ofLongs(new long[] {exact}, 1).contiguous().toLongs()[0]);
  }

  private static double[] bf16(double... elements) {
    return ENGINE.ofDoubles(elements, elements.length).cast(DType.BF16).toDoubles();
  }

  @Test
  void bytesGoInAndOut() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4, 5, 6);
      Tensor x = ENGINE.ofBytes(bytes, DType.INT32, 2, 3);
      assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6}, x.toLongs());
      MemorySegment out = arena.allocate(28);
      x.transpose(0, 1).copyTo(out);
      int[] copied = out.toArray(ValueLayout.JAVA_INT);
      assertArrayEquals(new int[] {1, 4, 2, 5, 3, 6, 0}, copied);
      assertRefused("24 bytes was to be copied", () -> x.copyTo(arena.allocate(23)));
      assertRefused("needs 5 elements", () -> ENGINE.ofBytes(bytes, DType.INT32, 5));
    }
    assertRefused("needs 3 elements", () -> ENGINE.ofFloats(new float[2], 3));
    assertRefused("has no whole elements", () -> ENGINE.zeros(DType.FLOAT32, 2).toLongs());
    assertRefused("ends at or after", () -> ENGINE.arange(3, 2));
    assertEquals(2.5, ENGINE.full(DType.FLOAT32, 2.5).item());
    assertRefused("Only a tensor of one element", () -> ENGINE.arange(0, 2).item());
  }
}
