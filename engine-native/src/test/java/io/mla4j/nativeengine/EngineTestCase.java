package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/** A native engine and an open scope for each test. */
abstract class EngineTestCase {

  static final NativeEngine ENGINE =
      (NativeEngine) new NativeEngineProvider().start(new EngineOptions(Device.CPU, 3));

  private final Random random = new Random(7);
  private TensorScope scope;

  @BeforeEach
  void openScope() {
    scope = TensorScope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  Tensor gaussian(DType dtype, long... shape) {
    double[] elements = new double[(int) Shape.of(shape).size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (float) random.nextGaussian(); // the same number in every floating type
    }
    return ENGINE.ofDoubles(elements, shape).cast(dtype);
  }

  static void assertClose(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape());
    assertClose(expected.toDoubles(), actual.toDoubles(), tolerance);
  }

  static void assertClose(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      double scale = Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], tolerance * scale, "element " + i);
    }
  }

  static void assertElements(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles());
  }

  static void assertShape(Tensor actual, long... shape) {
    assertEquals(Shape.of(shape), actual.shape());
  }

  /** Refused with one clear sentence that contains this. */
  static void assertRefused(String part, Executable call) {
    RuntimeException thrown = assertThrows(RuntimeException.class, call);
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
