package io.mla4j.nativeengine;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;

class ReductionTest extends EngineTestCase {

  @Test
  void everyDimensionOfEveryLayout() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor base = gaussian(dtype, 3, 40, 6);
      for (Tensor x :
          List.of(base, base.transpose(0, 2), base.narrow(1, 2, 17), base.transpose(0, 1))) {
        for (int d = 0; d < 3; d++) {
          assertReduced(x.sum(d), x, d, 0, Double::sum);
          assertReduced(x.max(d - 3), x, d, Double.NEGATIVE_INFINITY, Math::max);
          assertReduced(x.mean(d).mul(x.shape().dim(d)), x, d, 0, Double::sum);
        }
      }
    }
  }

  private static void assertReduced(
      Tensor actual, Tensor x, int dimension, double start, DoubleBinaryOperator op) {
    NdArray source = NdArray.of(x);
    Shape result = x.shape().with(dimension, 1);
    double[] expected = new double[(int) result.size()];
    java.util.Arrays.fill(expected, start);
    for (int i = 0; i < source.elements().length; i++) {
      long[] at = NdArray.coordinates(x.shape(), i);
      at[dimension] = 0;
      int index = 0;
      for (int d = 0; d < 3; d++) {
        index = (int) (index * result.dim(d) + at[d]);
      }
      expected[index] = op.applyAsDouble(expected[index], source.elements()[i]);
    }
    assertShape(actual, result.toArray());
    assertClose(expected, actual.toDoubles(), 1e-5);
  }

  @Test
  void totalsAndEmptyDimensions() {
    Tensor x = ENGINE.arange(0, 10).cast(DType.FLOAT32).reshape(2, 5);
    assertElements(x.sum(), 45);
    assertShape(x.sum());
    assertElements(ENGINE.zeros(DType.FLOAT32, 2, 0).sum(1), 0, 0);
    assertElements(ENGINE.zeros(DType.FLOAT32, 0, 2).sum(0), 0, 0);
    assertRefused("no element along", () -> ENGINE.zeros(DType.FLOAT32, 2, 0).max(1));
  }

  @Test
  void argmaxTakesTheFirstOfEqualOnes() {
    Tensor x = ENGINE.ofFloats(new float[] {1, 3, 3, -1, Float.NaN, 2, -0f, 0f, -5}, 3, 3);
    assertElements(x.argmax(), 1, 1, 0);
    assertShape(x.argmax(), 3);
    assertElements(x.transpose(0, 1).argmax(), 0, 1, 0);
    assertElements(ENGINE.ofLongs(new long[] {-5, -2, -9}, 3).argmax(), 1);
    assertRefused("no element along", () -> ENGINE.zeros(DType.FLOAT32, 2, 0).argmax());
  }

  @Test
  void matrixProducts() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      assertProduct(gaussian(dtype, 7, 5), gaussian(dtype, 5, 9));
      assertProduct(gaussian(dtype, 2, 3, 7, 5), gaussian(dtype, 5, 9));
      assertProduct(gaussian(dtype, 2, 3, 7, 5), gaussian(dtype, 3, 5, 9));
      assertProduct(gaussian(dtype, 2, 1, 7, 5), gaussian(dtype, 1, 3, 5, 9));
      assertProduct(gaussian(dtype, 7, 5), gaussian(dtype, 4, 5, 1));
      assertProduct(
          gaussian(dtype, 2, 5, 7).transpose(1, 2), gaussian(dtype, 2, 9, 5).transpose(1, 2));
      assertProduct(gaussian(dtype, 3, 4, 6).transpose(0, 1), gaussian(dtype, 6, 2));
      assertProduct(
          gaussian(dtype, 2, 7, 8).narrow(2, 1, 5), gaussian(dtype, 5, 9).narrow(1, 2, 3));
      assertProduct(gaussian(dtype, 2, 0, 5), gaussian(dtype, 5, 9));
      assertProduct(gaussian(dtype, 2, 3, 0), gaussian(dtype, 0, 4));
    }
    Tensor x = gaussian(DType.FLOAT32, 2, 3);
    assertRefused("no matrix product", () -> x.matmul(x));
    assertRefused("no matrix product", () -> x.matmul(gaussian(DType.FLOAT32, 3)));
    assertRefused(
        "do not broadcast",
        () -> gaussian(DType.FLOAT32, 2, 3, 3).matmul(gaussian(DType.FLOAT32, 4, 3, 3)));
  }

  private static void assertProduct(Tensor a, Tensor b) {
    NdArray left = NdArray.of(a);
    NdArray right = NdArray.of(b);
    Tensor actual = a.matmul(b);
    Shape shape = actual.shape();
    double[] expected = new double[(int) shape.size()];
    for (int i = 0; i < expected.length; i++) {
      long[] at = NdArray.coordinates(shape, i);
      int last = at.length - 1;
      for (long k = 0; k < a.shape().dim(-1); k++) {
        long[] l = at.clone();
        long[] r = at.clone();
        l[last] = k;
        r[last - 1] = k;
        expected[i] += left.productAt(l) * right.productAt(r);
      }
    }
    assertClose(expected, actual.toDoubles(), 5e-6);
  }
}
