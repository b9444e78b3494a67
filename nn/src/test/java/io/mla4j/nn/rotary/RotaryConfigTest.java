package io.mla4j.nn.rotary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.TensorScope;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What wrong rotations are answered with, and how the table grows. */
class RotaryConfigTest {

  private static void refused(String sentence, Executable wrong) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, wrong).getMessage());
  }

  private static RotaryConfig config(int dim, double theta) {
    return new RotaryConfig(dim, theta, RotaryLayout.INTERLEAVED, Optional.empty());
  }

  @Test
  void wrongSizes() {
    String even = "The rotary part of a head has an even number of elements, 2 or more, not ";
    refused(even + "7.", () -> config(7, 10_000));
    refused(even + "0.", () -> config(0, 10_000));
    refused(even + "-2.", () -> config(-2, 10_000));
    refused("ropeTheta is more than 1, not 1.0.", () -> config(8, 1));
    refused("ropeTheta is more than 1, not NaN.", () -> config(8, Double.NaN));
  }

  @Test
  void wrongScaling() {
    String factor = "A YaRN factor is a finite number, 1 or more, not ";
    refused(factor + "0.5.", () -> YarnScaling.of(0.5, 4096));
    refused(factor + "NaN.", () -> YarnScaling.of(Double.NaN, 4096));
    refused(factor + "Infinity.", () -> YarnScaling.of(Double.POSITIVE_INFINITY, 4096));
    refused("originalMaxPositions is 1 or more, not 0.", () -> YarnScaling.of(4, 0));
    refused(
        "betaSlow is more than 0 and betaFast no less than it, not 32.0 and 1.0.",
        () -> new YarnScaling(4, 4096, 1, 32, 0, 0));
    refused(
        "betaSlow is more than 0 and betaFast no less than it, not 0.0 and 32.0.",
        () -> new YarnScaling(4, 4096, 32, 0, 0, 0));
    refused("mscale is 0 or more, not -1.0.", () -> new YarnScaling(4, 4096, 32, 1, -1, 0));
    refused(
        "mscaleAllDim is 0 or more, not NaN.",
        () -> new YarnScaling(4, 4096, 32, 1, 0, Double.NaN));
  }

  @Test
  void positionsBeyondTheTable() {
    Engine engine = Engines.start("torch");
    try (TensorScope scope = TensorScope.open();
        RotaryEmbedding embedding = new RotaryEmbedding(engine, DType.FLOAT64, config(4, 100))) {
      Rotation near = embedding.at(3, 2);
      Rotation far = embedding.at(1000, 1);
      double[] expected = {
        Math.cos(3), Math.cos(0.3), Math.cos(4), Math.cos(0.4), Math.sin(1000), Math.sin(100)
      };
      double[] cos = near.cos().toDoubles();
      double[] sin = far.sin().toDoubles();
      double[] actual = {cos[0], cos[1], cos[2], cos[3], sin[0], sin[1]};
      assertArrayEquals(expected, actual, 1e-12);
      refused("Positions and their number are 0 or more, not -1 and 1.", () -> embedding.at(-1, 1));
    }
  }
}
