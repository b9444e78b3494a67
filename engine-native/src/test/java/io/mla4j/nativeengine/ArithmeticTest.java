package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ArithmeticTest extends EngineTestCase {

  private static final List<DType> FLOATS = List.of(DType.FLOAT64, DType.FLOAT32);

  /** Operands whose shapes broadcast, among them views of every kind. */
  private List<List<Tensor>> pairs(DType dtype) {
    Tensor big = gaussian(dtype, 4, 5, 70);
    return List.of(
        List.of(big, gaussian(dtype, 4, 5, 70)),
        List.of(big, gaussian(dtype, 70)),
        List.of(big, gaussian(dtype, 5, 1)),
        List.of(gaussian(dtype, 4, 1, 70), gaussian(dtype, 5, 1)),
        List.of(big, gaussian(dtype)),
        List.of(gaussian(dtype), gaussian(dtype)),
        List.of(big.transpose(0, 2), gaussian(dtype, 70, 5, 4)),
        List.of(big.narrow(2, 3, 40), gaussian(dtype, 1, 40)),
        List.of(big.narrow(1, 2, 2).transpose(0, 1), big.narrow(1, 1, 2).transpose(0, 1)),
        List.of(gaussian(dtype, 1, 5, 1).expand(4, 5, 70), big),
        List.of(gaussian(dtype, 0, 3), gaussian(dtype, 1, 3)));
  }

  @Test
  void binaryOperationsBroadcast() {
    for (DType dtype : FLOATS) {
      for (List<Tensor> pair : pairs(dtype)) {
        Tensor a = pair.get(0);
        Tensor b = pair.get(1);
        assertCombined(a.add(b), a, b, (x, y) -> x + y);
        assertCombined(a.sub(b), a, b, (x, y) -> x - y);
        assertCombined(a.mul(b), a, b, (x, y) -> x * y);
        assertCombined(a.div(b), a, b, (x, y) -> x / y);
        assertCombined(a.lt(b), a, b, (x, y) -> x < y ? 1 : 0);
        assertCombined(a.ge(b), a, b, (x, y) -> x >= y ? 1 : 0);
        assertCombined(a.eq(b), a, b, (x, y) -> x == y ? 1 : 0);
        assertCombined(a.eq(a), a, a, (x, y) -> 1);
      }
    }
  }

  private static void assertCombined(Tensor actual, Tensor a, Tensor b, DoubleBinaryOperator op) {
    NdArray expected = NdArray.of(a).combine(NdArray.of(b), op);
    assertEquals(expected.shape(), actual.shape());
    assertClose(expected.elements(), actual.toDoubles(), 3e-7);
  }

  @Test
  void functionsOfOneElement() {
    for (DType dtype : FLOATS) {
      assertMapped(dtype, Tensor::exp, Math::exp);
      assertMapped(dtype, x -> x.square().log(), x -> Math.log(x * x));
      assertMapped(dtype, x -> x.square().sqrt(), Math::abs);
      assertMapped(dtype, Tensor::sin, Math::sin);
      assertMapped(dtype, Tensor::cos, Math::cos);
      assertMapped(dtype, Tensor::tanh, Math::tanh);
      assertMapped(dtype, Tensor::sigmoid, x -> 1 / (1 + Math.exp(-x)));
      assertMapped(dtype, Tensor::neg, x -> -x);
      assertMapped(dtype, x -> x.add(1.5), x -> x + 1.5);
      assertMapped(dtype, x -> x.mul(-3), x -> x * -3);
    }
    assertClose(
        new double[] {0.8427007929497149, -0.9953222650189527, 0},
        ENGINE.ofDoubles(new double[] {1, -2, 0}, 3).erf().toDoubles(),
        1e-15);
  }

  private void assertMapped(
      DType dtype, UnaryOperator<Tensor> function, DoubleUnaryOperator oracle) {
    Tensor base = gaussian(dtype, 6, 50);
    for (Tensor x : List.of(base, base.transpose(0, 1), base.narrow(1, 1, 33))) {
      double[] expected = x.toDoubles();
      for (int i = 0; i < expected.length; i++) {
        expected[i] = oracle.applyAsDouble(expected[i]);
      }
      assertClose(expected, function.apply(x).toDoubles(), dtype == DType.FLOAT64 ? 1e-14 : 2e-6);
    }
  }

  @Test
  void shortTypesComputeInFloat32() {
    for (DType dtype : List.of(DType.BF16, DType.FLOAT16)) {
      Tensor a = gaussian(DType.FLOAT32, 5, 8).cast(dtype);
      Tensor b = gaussian(DType.FLOAT32, 8, 5).cast(dtype);
      Tensor product = a.matmul(b);
      assertEquals(dtype, product.dtype());
      Tensor expected = a.cast(DType.FLOAT32).matmul(b.cast(DType.FLOAT32)).cast(dtype);
      assertClose(expected, product, 0);
      assertClose(a.cast(DType.FLOAT32).exp().cast(dtype), a.exp(), 0);
      assertClose(a.cast(DType.FLOAT32).add(2).cast(dtype), a.add(2), 0);
      assertClose(a.cast(DType.FLOAT32).sum(1).cast(dtype), a.sum(1), 0);
      assertClose(a.cast(DType.FLOAT32).max(1).cast(dtype), a.max(1), 0);
    }
  }

  @Test
  void wholeNumbers() {
    for (DType dtype : List.of(DType.INT64, DType.INT32, DType.INT8)) {
      Tensor a = ENGINE.arange(-3, 3).reshape(2, 3).cast(dtype);
      Tensor b = ENGINE.ofLongs(new long[] {2, -1, 0}, 3).cast(dtype);
      assertEquals(dtype, a.add(b).dtype());
      assertElements(a.add(b), -1, -3, -1, 2, 0, 2);
      assertElements(a.sub(b), -5, -1, -1, -2, 2, 2);
      assertElements(a.mul(b), -6, 2, 0, 0, -1, 0);
      assertElements(a.lt(b), 1, 1, 1, 1, 0, 0);
      assertElements(a.eq(b), 0, 0, 0, 0, 0, 0);
      assertElements(a.mul(-2), 6, 4, 2, 0, -2, -4);
      assertElements(a.sum(1), -6, 3);
      assertElements(a.max(0), 0, 1, 2);
    }
    long huge = (1L << 60) + 1; // a double cannot hold it
    Tensor one = ENGINE.ofLongs(new long[] {huge}, 1);
    assertEquals(huge + 1, one.add(1).toLongs()[0]);
    assertElements(one.eq(one.add(1)), 0);
  }

  @Test
  void conditions() {
    Tensor a = gaussian(DType.FLOAT32, 4, 33);
    Tensor b = gaussian(DType.FLOAT32, 33);
    Tensor condition = gaussian(DType.FLOAT32, 4, 1).lt(ENGINE.zeros(DType.FLOAT32));
    double[] c = condition.toDoubles();
    double[] expected = a.toDoubles();
    double[] filled = a.toDoubles();
    for (int i = 0; i < expected.length; i++) {
      expected[i] = c[i / 33] != 0 ? expected[i] : b.toDoubles()[i % 33];
      filled[i] = c[i / 33] != 0 ? -7 : filled[i];
    }
    assertClose(expected, a.where(condition, b).toDoubles(), 0);
    assertClose(filled, a.maskedFill(condition, -7).toDoubles(), 0);
    Tensor yes = ENGINE.ofBooleans(new boolean[] {true, false, true, false}, 4);
    Tensor other = ENGINE.ofBooleans(new boolean[] {true, true, false, false}, 4);
    assertElements(yes.and(other), 1, 0, 0, 0);
    assertElements(yes.not(), 0, 1, 0, 1);
    assertRefused("cannot be expanded", () -> b.maskedFill(a.lt(a), 1));
  }

  @Test
  void unsupportedCombinationsSaySo() {
    Tensor floats = gaussian(DType.FLOAT32, 3);
    Tensor longs = ENGINE.arange(0, 3);
    Tensor bools = longs.eq(longs);
    assertRefused("are FLOAT32 and INT64", () -> floats.add(longs));
    assertRefused("no DIV for INT64", () -> longs.div(longs));
    assertRefused("no EXP for INT64", longs::exp);
    assertRefused("no ADD for BOOL", () -> bools.add(bools));
    assertRefused("not whole", () -> longs.mul(0.5));
    assertRefused("needs a BOOL tensor", () -> longs.not());
    assertRefused("do not broadcast", () -> floats.add(gaussian(DType.FLOAT32, 4)));
    assertRefused("no matmul for INT64", () -> longs.reshape(1, 3).matmul(longs.reshape(3, 1)));
    assertRefused("no sum for BOOL", () -> bools.sum(0));
  }
}
