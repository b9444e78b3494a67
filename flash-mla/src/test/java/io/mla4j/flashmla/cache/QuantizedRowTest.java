package io.mla4j.flashmla.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedRowTest {

  private static final int WIDTH = 576;
  private static final int VALUE_WIDTH = 512;

  private static float[] row(float size) {
    Random random = new Random(3);
    float[] row = new float[WIDTH];
    for (int d = 0; d < WIDTH; d++) {
      row[d] = (float) random.nextGaussian() * size;
    }
    return row;
  }

  @Test
  void sizesOfDeepSeekV3() {
    assertEquals(592, CacheFormat.INT8.rowBytes(WIDTH, VALUE_WIDTH));
    assertEquals(656, CacheFormat.FP8.rowBytes(WIDTH, VALUE_WIDTH));
    assertEquals(1152, CacheFormat.BF16.rowBytes(WIDTH, VALUE_WIDTH));
  }

  @Test
  void int8IsWithinHalfAStep() {
    float[] row = row(3);
    MemorySegment memory = Arena.ofAuto().allocate(592, 4);
    Int8Row.quantize(row, VALUE_WIDTH, memory, 0);
    for (int d = 0; d < WIDTH; d++) {
      float scale = memory.get(ValueLayout.JAVA_FLOAT, d < VALUE_WIDTH ? 576 : 580);
      float stored = Int8Row.get(memory, 0, WIDTH, VALUE_WIDTH, d);
      assertEquals(row[d], stored, scale * 0.5001f, "element " + d);
    }
    int sum = 0;
    for (int d = VALUE_WIDTH; d < WIDTH; d++) {
      sum += memory.get(ValueLayout.JAVA_BYTE, d);
    }
    assertEquals(sum, memory.get(ValueLayout.JAVA_INT, 588));
  }

  @Test
  void everyFp8NumberSurvives() {
    for (int bits = 0; bits < 256; bits++) {
      if ((bits & 0x7f) != 0x7f && bits != 0x80) {
        assertEquals((byte) bits, Fp8Row.encode(Fp8Row.decode((byte) bits)));
      }
    }
    assertTrue(Float.isNaN(Fp8Row.decode((byte) 0x7f)));
  }

  /** Against the definition of e4m3 in arXiv 2209.05433. */
  @Test
  void fp8Numbers() {
    assertEquals(448f, Fp8Row.decode((byte) 0x7e));
    assertEquals(0x1p-6f, Fp8Row.decode((byte) 0x08));
    assertEquals(0x1p-9f, Fp8Row.decode((byte) 0x01));
    assertEquals(-1f, Fp8Row.decode((byte) 0xb8));
    assertEquals((byte) 0x7e, Fp8Row.encode(1000f));
    assertEquals((byte) 0x38, Fp8Row.encode(1.0625f), "halfway goes to the even one");
    assertEquals((byte) 0x3a, Fp8Row.encode(1.1875f), "halfway goes to the even one");
    assertEquals((byte) 0x40, Fp8Row.encode(1.99f), "a carry into the exponent");
    assertEquals((byte) 0x08, Fp8Row.encode(0x1p-6f * 0.99f), "a denormal becomes normal");
  }

  @Test
  void widthsThatDoNotFitAreRefused() {
    MemorySegment memory = Arena.ofAuto().allocate(656, 4);
    float[] row = row(21);
    for (int valueWidth : new int[] {-128, 100, row.length + 128}) {
      assertThrows(
          IllegalArgumentException.class, () -> Fp8Row.quantize(row, valueWidth, memory, 0));
    }
    for (int valueWidth : new int[] {-1, row.length + 1}) {
      assertThrows(
          IllegalArgumentException.class, () -> Int8Row.quantize(row, valueWidth, memory, 0));
    }
  }

  @Test
  void fp8ScalesArePowersOfTwoWithAFloor() {
    float[] row = row(20);
    Arrays.fill(row, 128, 256, 1e-9f);
    MemorySegment memory = Arena.ofAuto().allocate(656, 4);
    Fp8Row.quantize(row, VALUE_WIDTH, memory, 0);
    for (int block = 0; block < 4; block++) {
      float scale = memory.get(ValueLayout.JAVA_FLOAT, 512 + 4 * block);
      assertEquals(Math.scalb(1f, Math.getExponent(scale)), scale);
    }
    assertEquals(0x1p-13f, memory.get(ValueLayout.JAVA_FLOAT, 516), "1e-4 rounded up");
    for (int d = 0; d < VALUE_WIDTH; d++) {
      float scale = memory.get(ValueLayout.JAVA_FLOAT, 512 + 4 * (d / 128));
      double bound = Math.max(Math.abs(row[d]) / 16, scale * 0x1p-10);
      assertEquals(row[d], Fp8Row.get(memory, 0, VALUE_WIDTH, d), bound, "element " + d);
    }
  }
}
