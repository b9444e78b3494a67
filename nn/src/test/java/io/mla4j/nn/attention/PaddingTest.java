package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.nn.Closeness;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.NormConfig;
import io.mla4j.nn.attention.PaddedBatch.Side;
import io.mla4j.nn.feedforward.SwiGluConfig;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.transformer.TransformerLayer;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What fills up a batch of sequences of unequal length changes nothing of their results. */
class PaddingTest {

  private static final int WIDTH = 24;
  private static final int TOKENS = 7;

  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<AttentionConfig> members() {
    return Stream.of(
        new DenseConfig(4, 4, 6, true, false, 0),
        new DenseConfig(4, 2, 6, true, true, 0),
        new DenseConfig(4, 1, 6, false, true, 3),
        new MlaConfig(4, 0, 16, 8, 4, 6, 0),
        new MlaConfig(4, 12, 16, 8, 4, 10, 0),
        new MlaConfig(3, 0, 8, 6, 2, 6, 3));
  }

  static Stream<Arguments> membersOnEngines() {
    return members()
        .flatMap(member -> Stream.of("torch", "native").map(e -> Arguments.of(member, e)));
  }

  @ParameterizedTest
  @MethodSource("membersOnEngines")
  void changesNoAttention(AttentionConfig config, String engineName) {
    Engine engine = Engines.start(engineName);
    Initializer initializer = Initializer.random(engine, 17);
    try (Engine.Guard guard = engine.noGrad();
        Attention layer = config.create(initializer, WIDTH, 1)) {
      checkBothSides(initializer, config, input -> input.through(layer));
      if (layer instanceof Mla latent) {
        latent.useForm(LatentForm.ABSORBED);
        checkBothSides(initializer, config, input -> input.through(layer));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("membersOnEngines")
  void changesNoStackOfLayers(AttentionConfig config, String engineName) {
    Engine engine = Engines.start(engineName);
    Initializer initializer = Initializer.random(engine, 18);
    try (Engine.Guard guard = engine.noGrad();
        TransformerLayer first = transformerLayer(initializer, config);
        TransformerLayer second = transformerLayer(initializer, config)) {
      checkBothSides(
          initializer, config, input -> input.withX(input.through(first)).through(second));
    }
  }

  private static TransformerLayer transformerLayer(
      Initializer initializer, AttentionConfig config) {
    return new TransformerLayer(
        new NormConfig.Layer().create(initializer, WIDTH, 1e-5),
        config.create(initializer, WIDTH, 1),
        new NormConfig.Rms().create(initializer, WIDTH, 1e-6),
        new SwiGluConfig().create(initializer, WIDTH, 40, 1),
        0);
  }

  private void checkBothSides(
      Initializer initializer, AttentionConfig config, Function<AttentionInput, Tensor> layers) {
    for (AttentionMask mask : List.of(AttentionMask.NONE, AttentionMask.CAUSAL)) {
      for (Side side : Side.values()) {
        PaddedBatch batch = PaddedBatch.of(initializer, side, TOKENS, WIDTH, 5, 7, 3);
        AttentionMask padded = mask.withKeyMask(batch.visible());
        Tensor together = layers.apply(input(config, batch.x(), padded, 0, Optional.empty()));
        checkParts(config, layers, mask, batch, together);
      }
    }
  }

  /** Each sequence's part is what the sequence gives alone. */
  private void checkParts(
      AttentionConfig config,
      Function<AttentionInput, Tensor> layers,
      AttentionMask mask,
      PaddedBatch batch,
      Tensor together) {
    for (int i = 0; i < batch.sequences().size(); i++) {
      AttentionInput alone = input(config, batch.sequences().get(i), mask, 0, Optional.empty());
      String what = "causal " + mask.causal() + ", starts " + batch.starts() + ", sequence " + i;
      Closeness.check(what, layers.apply(alone).toFloats(), batch.part(together, i), 1e-5);
    }
  }

  private static AttentionInput input(
      AttentionConfig config,
      Tensor x,
      AttentionMask mask,
      long start,
      Optional<AttentionCache> cache) {
    if (config.rotaryDim() == 0) {
      return new AttentionInput(x, mask, Optional.empty(), cache);
    }
    RotaryConfig rotary =
        new RotaryConfig(config.rotaryDim(), 10_000, RotaryLayout.INTERLEAVED, Optional.empty());
    try (RotaryEmbedding positions = new RotaryEmbedding(x.engine(), DType.FLOAT32, rotary)) {
      var rotation = positions.at(start, x.shape().dim(1));
      return new AttentionInput(x, mask, Optional.of(rotation), cache);
    }
  }

  @ParameterizedTest
  @MethodSource("membersOnEngines")
  void changesNoCachedDecoding(AttentionConfig config, String engineName) {
    Engine engine = Engines.start(engineName);
    Initializer initializer = Initializer.random(engine, 19);
    try (Engine.Guard guard = engine.noGrad();
        Attention layer = config.create(initializer, WIDTH, 1)) {
      PaddedBatch batch = PaddedBatch.of(initializer, Side.LEFT, TOKENS, WIDTH, 5, 7, 3);
      Tensor decoded = decode(layer, batch, List.of(4, 1, 1, 1));
      checkParts(config, input -> input.through(layer), AttentionMask.CAUSAL, batch, decoded);
    }
  }

  private static Tensor decode(Attention layer, PaddedBatch batch, List<Integer> steps) {
    List<Tensor> outputs = new ArrayList<>();
    try (AttentionCache cache = layer.newCache()) {
      for (int step : steps) {
        long start = cache.length();
        Tensor visible = batch.visible().narrow(1, 0, start + step);
        AttentionMask mask = AttentionMask.CAUSAL.withKeyMask(visible);
        Tensor x = batch.x().narrow(1, start, step);
        outputs.add(input(layer.config(), x, mask, start, Optional.of(cache)).through(layer));
      }
    }
    return batch.x().engine().concat(outputs, 1);
  }

  @ParameterizedTest
  @MethodSource("membersOnEngines")
  void aSequenceWithoutAnyKeyGivesZeros(AttentionConfig config, String engineName) {
    Engine engine = Engines.start(engineName);
    Initializer initializer = Initializer.random(engine, 20);
    try (Engine.Guard guard = engine.noGrad();
        Attention layer = config.create(initializer, WIDTH, 1)) {
      PaddedBatch batch = PaddedBatch.of(initializer, Side.RIGHT, TOKENS, WIDTH, 5, 0);
      for (AttentionMask mask : List.of(AttentionMask.NONE, AttentionMask.CAUSAL)) {
        AttentionMask padded = mask.withKeyMask(batch.visible());
        Tensor result = input(config, batch.x(), padded, 0, Optional.empty()).through(layer);
        // The bias of the output projection, if there is one, starts at zero.
        float[] zeros = new float[TOKENS * WIDTH];
        assertArrayEquals(zeros, result.narrow(0, 1, 1).toFloats());
        AttentionInput alone = input(config, batch.sequences().get(0), mask, 0, Optional.empty());
        Closeness.check("mask", alone.through(layer).toFloats(), batch.part(result, 0), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void aSequenceWithoutAnyKeyGivesFiniteGradients(AttentionConfig config) {
    Engine engine = Engines.start("torch");
    Initializer initializer = Initializer.random(engine, 21);
    try (TransformerLayer layer = transformerLayer(initializer, config)) {
      PaddedBatch batch = PaddedBatch.of(initializer, Side.RIGHT, TOKENS, WIDTH, 5, 0);
      AttentionMask padded = AttentionMask.NONE.withKeyMask(batch.visible());
      Tensor result = input(config, batch.x(), padded, 0, Optional.empty()).through(layer);
      result.square().sum().backward();
      layer.namedParameters().forEach((name, p) -> checkFinite(name, p.value().grad()));
    }
  }

  private static void checkFinite(String name, Optional<Tensor> gradient) {
    double[] values = gradient.orElseThrow(() -> new AssertionError(name)).toDoubles();
    for (double value : values) {
      assertTrue(Double.isFinite(value), name + " has a gradient of " + value);
    }
  }
}
