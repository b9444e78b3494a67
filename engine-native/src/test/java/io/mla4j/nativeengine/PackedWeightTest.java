package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept beside a weight follows the weight. */
class PackedWeightTest extends EngineTestCase {

  @Test
  void anOverwrittenWeightIsPackedAgain() {
    Tensor x = gaussian(DType.FLOAT32, 7, 20);
    Tensor weight = gaussian(DType.FLOAT32, 33, 20);
    Tensor other = gaussian(DType.FLOAT32, 33, 20);
    float[] expected = linear(x, other);
    linear(x, weight);
    weight.narrow(0, 0, 30).copyInPlace(other.narrow(0, 0, 30));
    linear(x, weight);
    weight.narrow(0, 30, 3).copyInPlace(other.narrow(0, 30, 3));
    assertArrayEquals(expected, linear(x, weight));
  }

  @Test
  void viewsOfOneWeightAreTheirOwn() {
    Tensor x = gaussian(DType.FLOAT32, 3, 8);
    Tensor weight = gaussian(DType.FLOAT32, 8, 8);
    for (int call = 0; call < 2; call++) {
      assertClose(
          x.matmul(weight.transpose(0, 1)), ENGINE.linear(x, weight, Optional.empty()), 1e-5);
      assertClose(
          x.matmul(weight), ENGINE.linear(x, weight.transpose(0, 1), Optional.empty()), 1e-5);
      Tensor part = weight.narrow(0, 2, 5);
      assertClose(x.matmul(part.transpose(0, 1)), ENGINE.linear(x, part, Optional.empty()), 1e-5);
    }
  }

  @Test
  void itIsFreedWithTheWeight() {
    useOnce();
    long before = ENGINE.allocatedBytes();
    for (int i = 0; i < 20; i++) {
      useOnce();
    }
    assertEquals(before, ENGINE.allocatedBytes());
  }

  /** One form of it at a time, whatever reads it in between. */
  @Test
  void aPreparedWeightIsHeldOnce() {
    Tensor x = gaussian(DType.FLOAT32, 3, 96);
    Tensor weight = gaussian(DType.FLOAT32, 64, 96);
    float[] elements = weight.toFloats();
    float[] expected = linear(x, weight);
    Tensor prepared = ENGINE.ofFloats(elements, 64, 96);
    long before = ENGINE.allocatedBytes();
    ENGINE.prepareLinear(prepared);
    long scales = MatrixProducts.hasNativeTwin() ? 2 * 64 * 4 : 0; // there is room for
    assertEquals(before + scales, ENGINE.allocatedBytes());
    assertArrayEquals(expected, linear(x, prepared));
    assertArrayEquals(elements, prepared.toFloats());
    assertArrayEquals(expected, linear(x, prepared));
    ENGINE.prepareLinear(prepared);
    prepared.narrow(0, 0, 1).copyInPlace(weight.narrow(0, 1, 1));
    assertArrayEquals(weight.narrow(0, 1, 1).toFloats(), prepared.narrow(0, 0, 1).toFloats());
    assertArrayEquals(linear(x, prepared.add(0)), linear(x, prepared));
  }

  @Test
  void aPreparedWeightWithViewsStays() {
    Tensor x = gaussian(DType.FLOAT32, 3, 20);
    Tensor weight = gaussian(DType.FLOAT32, 33, 20);
    Tensor view = weight.narrow(0, 4, 8);
    float[] part = view.toFloats();
    ENGINE.prepareLinear(weight);
    ENGINE.prepareLinear(view);
    assertArrayEquals(part, view.toFloats());
    assertClose(x.matmul(weight.transpose(0, 1)), ENGINE.linear(x, weight, Optional.empty()), 1e-5);
  }

  private void useOnce() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = gaussian(DType.FLOAT32, 64, 64);
      linear(weight.narrow(0, 0, 5), weight);
    }
  }

  private static float[] linear(Tensor x, Tensor weight) {
    return ENGINE.linear(x, weight, Optional.empty()).toFloats();
  }
}
