package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packed sequences against the default body of attention on each by itself. */
class PackedAttentionTest extends EngineTestCase {

  private static final Engine ORACLE = new DefaultBodies(ENGINE);
  private static final int[] STARTS = {0, 5, 5, 70, 71, 90};
  private static final List<AttentionMask> MASKS =
      List.of(AttentionMask.CAUSAL, AttentionMask.NONE, AttentionMask.CAUSAL.withWindow(7));

  private static Tensor alone(Tensor query, Tensor key, Tensor value, AttentionMask mask) {
    List<Tensor> contexts = new ArrayList<>();
    for (int i = 0; i + 1 < STARTS.length; i++) {
      int count = STARTS[i + 1] - STARTS[i];
      if (count > 0) {
        contexts.add(
            ORACLE.attention(
                query.narrow(1, STARTS[i], count),
                key.narrow(1, STARTS[i], count),
                value.narrow(1, STARTS[i], count),
                mask,
                0.3));
      }
    }
    return ENGINE.concat(contexts, 1);
  }

  private static NativeTensor floats(Tensor x) {
    return NativeTensor.of(x.cast(DType.FLOAT32));
  }

  @Test
  void eachSequenceAttendsToItselfAlone() {
    Tensor query = gaussian(DType.FLOAT64, 1, 90, 6, 12);
    Tensor key = gaussian(DType.FLOAT64, 1, 90, 2, 12);
    Tensor value = gaussian(DType.FLOAT64, 1, 90, 2, 9);
    try (Kernels kernels = Kernels.start(2)) {
      Fused fused = new Fused(kernels);
      for (AttentionMask mask : MASKS) {
        Tensor packed =
            fused.attentionPacked(floats(query), floats(key), floats(value), STARTS, mask, 0.3);
        assertClose(alone(query, key, value, mask), packed, 1e-5);
      }
    }
  }

  @Test
  void queriesAndKeysInTwoPlaces() {
    Tensor query = gaussian(DType.FLOAT64, 1, 90, 4, 20);
    Tensor key = gaussian(DType.FLOAT64, 1, 90, 4, 20);
    Tensor value = gaussian(DType.FLOAT64, 1, 90, 4, 9);
    try (Kernels kernels = Kernels.start(2)) {
      Fused fused = new Fused(kernels);
      assumeTrue(fused.takesParts(), "There is no C twin here.");
      for (AttentionMask mask : MASKS) {
        Tensor packed =
            fused.attentionPackedInParts(
                floats(query.narrow(3, 0, 12)),
                floats(key.narrow(3, 0, 12)),
                floats(query.narrow(3, 12, 8)),
                floats(key.narrow(3, 12, 8)),
                floats(value),
                STARTS,
                mask,
                0.3);
        assertClose(alone(query, key, value, mask), packed, 1e-5);
      }
    }
  }

  @Test
  void startsThatDoNotFitAreRefused() {
    NativeTensor x = NativeTensor.of(gaussian(DType.FLOAT32, 1, 4, 2, 3));
    try (Kernels kernels = Kernels.start(1)) {
      Fused fused = new Fused(kernels);
      assertRefused(
          "from 0 to the number of tokens, 4",
          () -> fused.attentionPacked(x, x, x, new int[] {0, 3}, AttentionMask.CAUSAL, 1));
    }
  }
}
