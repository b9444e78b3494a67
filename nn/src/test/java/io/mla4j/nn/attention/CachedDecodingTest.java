package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding from a cache, in steps of any size, equals the full forward pass, on every engine. */
class CachedDecodingTest {

  private static final int WIDTH = 24;
  private static final int TOKENS = 40;

  static Stream<AttentionConfig> members() {
    return Stream.of(
        new DenseConfig(4, 4, 6, false, true, 0),
        new DenseConfig(4, 2, 6, true, true, 0),
        new DenseConfig(4, 1, 6, false, true, 7),
        new MlaConfig(4, 0, 16, 8, 4, 6, 0),
        new MlaConfig(4, 12, 16, 8, 4, 10, 0),
        new MlaConfig(3, 0, 8, 6, 2, 6, 5));
  }

  @ParameterizedTest
  @MethodSource("members")
  void equalsTheFullForwardOnTorch(AttentionConfig config) {
    check(Engines.start("torch"), config);
  }

  @ParameterizedTest
  @MethodSource("members")
  void equalsTheFullForwardOnNative(AttentionConfig config) {
    check(Engines.start("native"), config);
  }

  private void check(Engine engine, AttentionConfig config) {
    Initializer initializer = Initializer.random(engine, 3);
    RotaryConfig rotary =
        new RotaryConfig(config.rotaryDim(), 10_000, RotaryLayout.INTERLEAVED, Optional.empty());
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        RotaryEmbedding positions = new RotaryEmbedding(engine, DType.FLOAT32, rotary);
        Attention layer = config.create(initializer, WIDTH, 1)) {
      Tensor x = initializer.normal(1, 2, TOKENS, WIDTH);
      float[] full =
          AttentionInput.full(x, AttentionMask.CAUSAL, positions.at(0, TOKENS))
              .through(layer)
              .toFloats();
      for (List<Integer> steps : List.of(List.of(40), ones(40), List.of(17, 1, 1, 5, 16))) {
        assertClose(full, decoded(engine, layer, positions, x, steps, layer.newCache()));
        if (config instanceof MlaConfig mla) {
          checkPaged(full, engine, layer, positions, x, steps, mla);
        }
      }
    }
  }

  private void checkPaged(
      float[] full,
      Engine engine,
      Attention layer,
      RotaryEmbedding positions,
      Tensor x,
      List<Integer> steps,
      MlaConfig config) {
    try (LatentBlockPool pool = new LatentBlockPool(engine, config, LatentFormat.FLOAT32, 2)) {
      for (int round = 0; round < 2; round++) { // the second in blocks that the first gave back
        var cache = new PagedLatentCache(List.of(pool.newSequence(), pool.newSequence()));
        assertClose(full, decoded(engine, layer, positions, x, steps, cache));
      }
      assertEquals(2, pool.freeBlocks());
    }
  }

  private static List<Integer> ones(int count) {
    return new ArrayList<>(java.util.Collections.nCopies(count, 1));
  }

  private float[] decoded(
      Engine engine,
      Attention layer,
      RotaryEmbedding positions,
      Tensor x,
      List<Integer> steps,
      AttentionCache empty) {
    List<Tensor> outputs = new ArrayList<>();
    try (AttentionCache cache = empty) {
      for (int step : steps) {
        long start = cache.length();
        Rotation rotation = positions.at(start, step);
        outputs.add(
            new AttentionInput(
                    x.narrow(1, start, step),
                    AttentionMask.CAUSAL,
                    Optional.of(rotation),
                    Optional.of(cache))
                .through(layer));
      }
      assertEquals(TOKENS, cache.length());
      return engine.concat(outputs, 1).toFloats();
    }
  }

  /** Within 1e-5 of the largest value. */
  private static void assertClose(float[] expected, float[] actual) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, actual, 1e-5f * largest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void theTwoLatentFormsAreTheSame(String name) {
    Engine engine = Engines.start(name);
    Initializer initializer = Initializer.random(engine, 5);
    MlaConfig config = new MlaConfig(4, 0, 16, 8, 4, 6, 0);
    RotaryConfig rotary = new RotaryConfig(4, 10_000, RotaryLayout.HALVES, Optional.empty());
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad()) {
      Rotation rotation = new RotaryEmbedding(engine, DType.FLOAT32, rotary).at(0, 9);
      Mla layer = new Mla(initializer, WIDTH, config, 1);
      Tensor x = initializer.normal(1, 2, 9, WIDTH);
      AttentionInput input = AttentionInput.full(x, AttentionMask.CAUSAL, rotation);
      layer.useForm(LatentForm.EXPANDED);
      float[] expanded = input.through(layer).toFloats();
      layer.useForm(LatentForm.ABSORBED);
      assertClose(expanded, input.through(layer).toFloats());
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void theCacheHoldsWhatTheConfigSays(AttentionConfig config) {
    Engine engine = Engines.start("torch");
    Initializer initializer = Initializer.random(engine, 3);
    RotaryConfig rotary =
        new RotaryConfig(config.rotaryDim(), 10_000, RotaryLayout.HALVES, Optional.empty());
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        Attention layer = config.create(initializer, WIDTH, 1);
        AttentionCache cache = layer.newCache()) {
      Rotation rotation = new RotaryEmbedding(engine, DType.FLOAT32, rotary).at(0, 5);
      new AttentionInput(
              initializer.normal(1, 1, 5, WIDTH),
              AttentionMask.CAUSAL,
              Optional.of(rotation),
              Optional.of(cache))
          .through(layer);
      assertEquals(config.cacheValuesPerToken() * 5, held(cache));
      cache.close();
      assertThrows(IllegalStateException.class, () -> held(cache));
    }
  }

  private static long held(AttentionCache cache) {
    if (cache instanceof KeyValueCache dense) {
      return dense.keys().shape().size() + dense.values().shape().size();
    }
    return ((LatentCache) cache).keys().packed().shape().size();
  }
}
