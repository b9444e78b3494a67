package io.mla4j.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import org.junit.jupiter.api.Test;

/** AdamW on bfloat16 parameters against the same arithmetic in float64. */
class NarrowParametersTest {

  private static final AdamWSettings SETTINGS = new AdamWSettings(0.05, 0.9, 0.999, 1e-8, 0.1);
  private static final int STEPS = 300;

  private final Engine engine = Engines.start("torch");

  /** The gradient of the sum of all weights times 0.01 is 0.01, rounded to bfloat16. */
  private void step(Linear layer, AdamW optimizer) {
    try (TensorScope scope = TensorScope.open()) {
      layer.parameters().get(0).sum().mul(0.01).backward();
      optimizer.step();
    }
  }

  @Test
  void momentsAreFloat32AndHoldWhatBfloat16WouldLose() {
    Linear layer = new Linear(Initializer.random(engine, DType.BF16, 4), 4, 2, false);
    try (AdamW optimizer = new AdamW(layer, SETTINGS)) {
      double weight = layer.parameters().get(0).toDoubles()[0];
      double first = 0;
      double second = 0;
      for (int i = 1; i <= STEPS; i++) {
        step(layer, optimizer);
        double gradient = rounded(0.01);
        first = 0.9 * first + 0.1 * gradient;
        second = 0.999 * second + 0.001 * gradient * gradient;
        double root = Math.sqrt(second / (1 - Math.pow(0.999, i))) + 1e-8;
        double change = 0.05 * first / (1 - Math.pow(0.9, i)) / root;
        weight = rounded(weight * (1 - 0.05 * 0.1) - change);
      }
      for (Tensor moment : optimizer.state().values()) {
        assertEquals(DType.FLOAT32, moment.dtype());
      }
      Tensor moment = optimizer.state().get("weight.second_moment");
      assertEquals(1, moment.toDoubles()[0] / second, 1e-4);
      assertEquals(weight, layer.parameters().get(0).toDoubles()[0], Math.abs(weight) / 64);
    }
  }

  /** To the nearest bfloat16, ties to even. */
  private static double rounded(double value) {
    int bits = Float.floatToRawIntBits((float) value);
    return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
  }

  @Test
  void wideParametersKeepTheirType() {
    Linear layer = new Linear(Initializer.random(engine, DType.FLOAT64, 4), 2, 2, false);
    try (AdamW optimizer = new AdamW(layer, SETTINGS)) {
      step(layer, optimizer);
      assertEquals(DType.FLOAT64, optimizer.state().get("weight.first_moment").dtype());
    }
  }
}
