package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.body.BinaryOp;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.UnaryOp;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.scalar.ErrorFunction;
import io.mla4j.kernels.verification.RowCase;
import io.mla4j.kernels.verification.RowTrial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every twin must do, judged by double-precision loops: functions of elements and rows. */
public abstract class KernelsSuite {

  private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1000};

  /** The twin under test. */
  abstract KernelBodies bodies();

  final Kernels kernels = new Kernels(bodies(), 3);

  @AfterEach
  void close() {
    kernels.close();
  }

  @Test
  void functionsAreWithinUnitsInTheLastPlace() {
    assertUlps(UnaryOp.EXP, Math::exp, -86, 88, 2);
    assertUlps(UnaryOp.TANH, Math::tanh, -10, 10, 3);
    assertUlps(UnaryOp.TANH, Math::tanh, -0.7, 0.7, 3);
    assertUlps(UnaryOp.ERF, ErrorFunction::erf, -5, 5, 3);
    assertUlps(UnaryOp.ERF, ErrorFunction::erf, -1e-3, 1e-3, 3);
    assertUlps(UnaryOp.SIGMOID, x -> 1 / (1 + Math.exp(-x)), -80, 80, 4);
    assertUlps(UnaryOp.SILU, x -> x / (1 + Math.exp(-x)), -20, 20, 4);
    assertUlps(UnaryOp.LOG, Math::log, 1e-3, 1e3, 1);
    assertUlps(UnaryOp.SQRT, Math::sqrt, 0, 1e3, 1);
    assertUlps(UnaryOp.SIN, Math::sin, -50, 50, 1);
    assertUlps(UnaryOp.COS, Math::cos, -50, 50, 1);
  }

  /** To the nearest bf16, of two the even one, from and to any byte, and nothing beside them. */
  @Test
  void bf16RoundsToTheNearestAndComesBack() {
    for (int count : SIZES) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment floats = arena.allocate(4L * count + 4, 4);
        MemorySegment halves = arena.allocate(2L * count + 3, 1);
        MemorySegment back = arena.allocate(4L * count + 4, 4);
        for (int i = 0; i < count; i++) {
          Floats.set(floats, 1 + i, bf16Sample(i));
        }
        bodies().conversions().narrow(floats, 1, halves, 1, count);
        bodies().conversions().widen(halves, 1, back, 0, count);
        for (int i = 0; i < count; i++) {
          short half = halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 1 + 2L * i);
          assertEquals(Bf16.of(bf16Sample(i)), half, "of element " + i);
          assertEquals(Bf16.toFloat(half), Floats.get(back, i), "element " + i);
        }
        assertEquals(0, halves.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(0, halves.get(ValueLayout.JAVA_SHORT_UNALIGNED, 1 + 2L * count));
        assertEquals(0, Floats.get(back, count));
      }
    }
  }

  /** Ties both ways, numbers too large, denormal or none, and others. */
  private static float bf16Sample(int i) {
    return switch (i % 9) {
      case 0 -> Float.intBitsToFloat(0x3f808000);
      case 1 -> Float.intBitsToFloat(0x3f818000);
      case 2 -> Float.NaN;
      case 3 -> Float.intBitsToFloat(0x7f800001); // a NaN without its upper bits
      case 4 -> Float.MAX_VALUE;
      case 5 -> Float.NEGATIVE_INFINITY;
      case 6 -> -Float.MIN_VALUE;
      case 7 -> Float.intBitsToFloat(0x00012345);
      default -> (float) Math.sin(i);
    };
  }

  private void assertUlps(
      UnaryOp op, DoubleUnaryOperator oracle, double low, double high, double ulps) {
    int count = 20_001;
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (low + (high - low) * i / (count - 1));
    }
    float[] y = unary(op, x);
    for (int i = 0; i < count; i++) {
      double expected = oracle.applyAsDouble(x[i]);
      double unit = Math.max(Math.ulp((float) expected), Float.MIN_VALUE);
      double error = Math.abs(y[i] - expected) / unit;
      assertTrue(error <= ulps, op + "(" + x[i] + ") = " + y[i] + " is " + error + " ulp off");
    }
  }

  @Test
  void geluIsExactToFloatRounding() {
    int count = 10_001;
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = -12 + 24f * i / (count - 1);
    }
    float[] y = unary(UnaryOp.GELU, x);
    for (int i = 0; i < count; i++) {
      double expected = x[i] * 0.5 * (1 + ErrorFunction.erf(x[i] / Math.sqrt(2)));
      assertEquals(expected, y[i], 2e-7 * Math.max(1, Math.abs(x[i])));
    }
  }

  private float[] unary(UnaryOp op, float[] x) {
    MemorySegment out = Samples.empty(x.length);
    kernels.elementwise().unary(op, Samples.of(x), 0, out, 0, x.length);
    return Samples.floats(out, x.length);
  }

  @Test
  void functionsKeepSpecialValues() {
    float inf = Float.POSITIVE_INFINITY;
    float[] x = new float[40]; // longer than a vector, so that body and tail both see them
    java.util.Arrays.fill(x, 0, 10, Float.NaN);
    java.util.Arrays.fill(x, 10, 20, inf);
    java.util.Arrays.fill(x, 20, 30, -inf);
    java.util.Arrays.fill(x, 30, 40, -100); // exp is subnormal
    assertSpecial(UnaryOp.EXP, x, inf, 0, (float) Math.exp(-100));
    assertSpecial(UnaryOp.TANH, x, 1, -1, -1);
    assertSpecial(UnaryOp.ERF, x, 1, -1, -1);
    assertSpecial(UnaryOp.SIGMOID, x, 1, 0, 0);
  }

  private void assertSpecial(UnaryOp op, float[] x, float atInf, float atMinus, float atHundred) {
    float[] y = unary(op, x);
    for (int i = 0; i < 10; i++) {
      assertTrue(Float.isNaN(y[i]), op + " of NaN");
      assertEquals(atInf, y[10 + i], op + " of infinity");
      assertEquals(atMinus, y[20 + i], op + " of minus infinity");
      assertEquals(atHundred, y[30 + i], 3e-45, op + " of -100");
    }
  }

  @Test
  void unaryWorksAtEverySizeAndOffset() {
    for (int size : SIZES) {
      MemorySegment x = new Samples(size).gaussian(size + 3);
      MemorySegment out = Samples.empty(size + 6);
      Floats.set(out, 5 + size, 42);
      kernels.elementwise().unary(UnaryOp.EXP, x, 3, out, 5, size);
      for (int i = 0; i < size; i++) {
        double expected = Math.exp(Floats.get(x, 3 + i));
        assertEquals(expected, Floats.get(out, 5 + i), 3e-7 * expected);
      }
      assertEquals(42, Floats.get(out, 5 + size), "written past the end");
    }
  }

  @Test
  void binaryWorksAtEverySizeAndStep() {
    for (int size : SIZES) {
      for (BinaryOp op : BinaryOp.values()) {
        for (int aStep = 0; aStep < 3; aStep++) {
          for (int bStep = 0; bStep < 3; bStep++) {
            assertBinary(op, size, aStep, bStep);
          }
        }
      }
    }
  }

  private void assertBinary(BinaryOp op, int size, int aStep, int bStep) {
    Samples samples = new Samples(size);
    MemorySegment a = samples.gaussian(2L * size + 2);
    MemorySegment b = samples.gaussian(2L * size + 2);
    MemorySegment out = Samples.empty(size + 2);
    Floats.set(out, 1 + size, 42);
    kernels.elementwise().binary(op, a, 1, aStep, b, 2, bStep, out, 1, size);
    for (int i = 0; i < size; i++) {
      float left = Floats.get(a, 1 + (long) i * aStep);
      float right = Floats.get(b, 2 + (long) i * bStep);
      float expected =
          switch (op) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> left / right;
            case MAX -> Math.max(left, right);
          };
      assertEquals(expected, Floats.get(out, 1 + i));
    }
    assertEquals(42, Floats.get(out, 1 + size), "written past the end");
  }

  @Test
  void rowsAgreeWithDoubleLoops() {
    Grids.check(RowCase.grid(), (point, seed) -> RowTrial.run(kernels, point, seed));
  }

  @Test
  void rowsOfNoElements() {
    MemorySegment out = Samples.empty(3);
    kernels.rows().softmax(out, 0, out, 3, 0);
    kernels.rows().sum(out, 0, out, 3, 0);
    assertEquals(0, Floats.get(out, 2));
  }

  @Test
  void softmaxOfLargeScoresDoesNotOverflow() {
    MemorySegment out = Samples.empty(3);
    kernels.rows().softmax(Samples.of(1e30f, 1e30f, -1e30f), 0, out, 1, 3);
    assertEquals(0.5, Floats.get(out, 0), 1e-6);
    assertEquals(0, Floats.get(out, 2));
  }

  @Test
  void everyEntryRefusesWhatDoesNotFit() {
    MemorySegment four = Samples.empty(4);
    assertRefused(() -> kernels.elementwise().unary(UnaryOp.EXP, four, 0, four, 1, 4));
    assertRefused(() -> kernels.elementwise().unary(UnaryOp.EXP, four, -1, four, 0, 2));
    assertRefused(
        () -> kernels.elementwise().binary(BinaryOp.ADD, four, 0, 2, four, 0, 1, four, 0, 4));
    assertRefused(() -> kernels.rows().softmax(four, 0, four, 2, 3));
    assertRefused(() -> kernels.rows().softmax(four, 0, four, Long.MAX_VALUE, 3));
    assertRefused(() -> kernels.rows().rmsNorm(four, 0, Samples.empty(1), 0, four, 1, 4));
    assertRefused(() -> kernels.rows().sum(four, 0, four, -1, 4));
  }

  @Test
  void resultsThatCannotBeWrittenAreRefused() {
    MemorySegment x = java.lang.foreign.Arena.ofAuto().allocate(16, 64);
    MemorySegment out = x.asReadOnly();
    assertRefused(() -> kernels.elementwise().unary(UnaryOp.EXP, x, 0, out, 0, 4));
    assertRefused(() -> kernels.elementwise().binary(BinaryOp.ADD, x, 0, 1, x, 0, 1, out, 0, 4));
    assertRefused(() -> kernels.elementwise().siluMultiply(x, 0, x, 0, out, 0, 4));
    assertRefused(() -> kernels.rows().softmax(x, 0, out, 1, 4));
    assertRefused(() -> kernels.rows().rmsNorm(x, 0, x, 0, out, 1, 4));
    assertRefused(() -> kernels.rows().layerNorm(x, 0, x, x, 0, out, 1, 4));
    for (int i = 0; i < 4; i++) {
      assertEquals(0, Floats.get(x, i));
    }
  }

  public static void assertRefused(org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.endsWith("."), message);
  }
}
