package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Sampling;
import io.mla4j.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernels' sampler against the definition in float64: the same draws give the same tokens. */
class SamplingTest extends EngineTestCase {

  private static final DefaultBodies PLAIN = new DefaultBodies(ENGINE);

  private static final List<Sampling> SETTINGS =
      List.of(
          Sampling.GREEDY,
          Sampling.of(1),
          Sampling.of(0.7).withTopK(5),
          Sampling.of(1.3).withTopP(0.8),
          Sampling.of(1).withMinP(0.1),
          Sampling.of(0.9).withTopK(20).withTopP(0.9).withMinP(0.01));

  @Test
  void theSameDrawsGiveTheSameTokens() {
    Tensor logits = gaussian(DType.FLOAT32, 3, 101).mul(2);
    for (Sampling sampling : SETTINGS) {
      for (long step = 0; step < 50; step++) {
        long[] expected = PLAIN.sample(logits, sampling, 17, step);
        assertArrayEquals(expected, ENGINE.sample(logits, sampling, 17, step), "step " + step);
      }
    }
  }

  @Test
  void drawsFollowTheProbabilities() {
    Tensor logits = ENGINE.ofFloats(new float[] {0, (float) Math.log(3)}, 1, 2);
    int ones = 0;
    for (int step = 0; step < 4000; step++) {
      ones += (int) ENGINE.sample(logits, Sampling.of(1), 5, step)[0];
    }
    assertEquals(3000, ones, 140); // five standard deviations
  }

  @Test
  void strangeLogits() {
    float inf = Float.POSITIVE_INFINITY;
    Tensor logits = ENGINE.ofFloats(new float[] {Float.NaN, 2, 2, -inf, 1, inf, 3, 0}, 2, 4);
    assertArrayEquals(new long[] {1, 1}, PLAIN.sample(logits, Sampling.GREEDY, 0, 0));
    assertArrayEquals(new long[] {1, 1}, ENGINE.sample(logits, Sampling.GREEDY, 0, 0));
    Tensor none = ENGINE.ofFloats(new float[] {Float.NaN, -inf}, 1, 2);
    assertRefused("no token can be chosen", () -> ENGINE.sample(none, Sampling.GREEDY, 0, 0));
    assertRefused("no token can be chosen", () -> PLAIN.sample(none, Sampling.GREEDY, 0, 0));
    assertRefused("[N, V]", () -> ENGINE.sample(none.reshape(2), Sampling.GREEDY, 0, 0));
    assertRefused("temperature", () -> Sampling.of(-1));
    assertRefused("topP", () -> Sampling.of(1).withTopP(0));
  }
}
