package io.mla4j.nn;

import io.mla4j.nn.attention.Attention;
import io.mla4j.nn.attention.AttentionConfig;
import io.mla4j.nn.attention.AttentionInput;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.nn.attention.Mla;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.FeedForward;
import io.mla4j.nn.feedforward.FeedForwardConfig;
import io.mla4j.nn.feedforward.GeluConfig;
import io.mla4j.nn.feedforward.SwiGluConfig;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.nn.transformer.TransformerLayer;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.CrossEntropy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient of every layer, for its input and every parameter, against finite differences. */
class LayerGradientTest {

  private static final int WIDTH = 12;

  private final Engine engine = Engines.start("torch");
  private final Initializer initializer = Initializer.random(engine, DType.FLOAT64, 11);
  private TensorScope scope;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private void check(Module module, Tensor x, Supplier<Tensor> forward) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    leaves.put("input", x);
    module.namedParameters().forEach((name, parameter) -> leaves.put(name, parameter.value()));
    FiniteDifferences.check(engine, leaves, () -> weighted(forward.get()));
  }

  /** A scalar that depends on every output differently. */
  private Tensor weighted(Tensor output) {
    Tensor weights = engine.arange(1, 1 + output.shape().size()).cast(DType.FLOAT64).sin();
    return output.reshape(-1).mul(weights).sum();
  }

  private Tensor input(long... shape) {
    return initializer.normal(1, shape);
  }

  @Test
  void linear() {
    Tensor x = input(2, 3, WIDTH);
    Linear layer = new Linear(initializer, WIDTH, 5, true);
    check(layer, x, () -> layer.forward(x));
  }

  @Test
  void embedding() {
    Tensor ids = engine.ofLongs(new long[] {0, 3, 3, 1}, 2, 2);
    Embedding layer = new Embedding(initializer, 4, 3, 1);
    Tensor x = input(2, 2, 3);
    check(layer, x, () -> layer.forward(ids).mul(x));
  }

  @Test
  void norms() {
    Tensor x = input(2, 3, WIDTH);
    for (NormConfig config : List.of(new NormConfig.Rms(), new NormConfig.Layer())) {
      Norm layer = config.create(initializer, WIDTH, 1e-5);
      check(layer, x, () -> layer.forward(x));
    }
  }

  @Test
  void feedForwards() {
    Tensor x = input(2, 3, WIDTH);
    for (FeedForwardConfig config : List.of(new GeluConfig(), new SwiGluConfig())) {
      FeedForward layer = config.create(initializer, WIDTH, 7, 1);
      ForwardPass pass = ForwardPass.seeing(AttentionMask.NONE).open();
      check(layer, x, () -> layer.forward(x, pass.layer(0)));
    }
  }

  @ParameterizedTest
  @EnumSource(RotaryLayout.class)
  void rotary(RotaryLayout layout) {
    Tensor x = input(2, 3, 2, 6);
    Rotation rotation = rotation(6, layout, 3);
    FiniteDifferences.check(engine, Map.of("input", x), () -> weighted(rotation.apply(x)));
  }

  private Rotation rotation(int dim, RotaryLayout layout, int positions) {
    RotaryConfig config = new RotaryConfig(dim, 10_000, layout, Optional.empty());
    return new RotaryEmbedding(engine, DType.FLOAT64, config).at(0, positions);
  }

  private void attention(AttentionConfig config, AttentionMask mask) {
    Tensor x = input(2, 4, WIDTH);
    Attention layer = config.create(initializer, WIDTH, 1);
    AttentionInput given = attentionInput(config, x, mask);
    check(layer, x, () -> given.through(layer));
  }

  private AttentionInput attentionInput(AttentionConfig config, Tensor x, AttentionMask mask) {
    return config.rotaryDim() == 0
        ? new AttentionInput(x, mask, Optional.empty(), Optional.empty())
        : AttentionInput.full(x, mask, rotation(config.rotaryDim(), RotaryLayout.HALVES, 4));
  }

  private List<AttentionMask> masks() {
    boolean[] real = {true, true, true, false, true, true, false, false};
    Tensor padding = engine.ofBooleans(real, 2, 4);
    return List.of(
        AttentionMask.NONE,
        AttentionMask.CAUSAL,
        AttentionMask.NONE.withKeyMask(padding),
        AttentionMask.CAUSAL.withWindow(2));
  }

  @Test
  void denseAttention() {
    for (AttentionMask mask : masks()) {
      attention(new DenseConfig(2, 2, 6, true, false, 0), mask);
      attention(new DenseConfig(4, 2, 4, false, true, 0), mask);
      attention(new DenseConfig(3, 1, 4, false, true, 3), mask);
    }
  }

  @Test
  void latentAttention() {
    for (AttentionMask mask : masks()) {
      attention(new MlaConfig(2, 0, 5, 4, 2, 6, 0), mask);
      attention(new MlaConfig(2, 3, 5, 4, 2, 3, 0), mask);
    }
  }

  @ParameterizedTest
  @EnumSource(LatentForm.class)
  void latentAttentionInBothForms(LatentForm form) {
    MlaConfig config = new MlaConfig(3, 4, 5, 4, 2, 6, 0);
    Tensor x = input(2, 4, WIDTH);
    Mla layer = new Mla(initializer, WIDTH, config, 1);
    layer.useForm(form);
    AttentionInput given = attentionInput(config, x, AttentionMask.CAUSAL);
    check(layer, x, () -> given.through(layer));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 9})
  void shortConvolution(int width) {
    Tensor x = input(2, 4, WIDTH);
    boolean[] real = {true, true, true, false, true, true, true, true};
    Optional<Tensor> padding = Optional.of(engine.ofBooleans(real, 2, 4));
    ShortConvolution layer = new ShortConvolution(initializer, WIDTH, width);
    check(layer, x, () -> layer.forward(x, padding));
    check(layer, x, () -> layer.forward(x, Optional.empty()));
  }

  /** With the same seed the same elements are dropped. */
  @Test
  void dropout() {
    Tensor x = input(2, 3, WIDTH);
    Dropout layer = new Dropout(0.4);
    layer.train(true);
    check(
        layer,
        x,
        () -> {
          engine.seed(5);
          return layer.forward(x);
        });
  }

  @Test
  void transformerLayer() {
    Tensor x = input(2, 4, WIDTH);
    MlaConfig config = new MlaConfig(2, 0, 5, 4, 2, 6, 0);
    TransformerLayer layer =
        new TransformerLayer(
            new NormConfig.Rms().create(initializer, WIDTH, 1e-6),
            config.create(initializer, WIDTH, 1),
            new NormConfig.Rms().create(initializer, WIDTH, 1e-6),
            new SwiGluConfig().create(initializer, WIDTH, 8, 1),
            0.1);
    AttentionInput given = attentionInput(config, x, AttentionMask.NONE);
    check(layer, x, () -> given.through(layer));
  }

  @Test
  void crossEntropy() {
    Tensor logits = input(4, 3);
    Tensor labels = engine.ofLongs(new long[] {0, 2, 1, 1}, 4);
    Tensor weights = engine.ofDoubles(new double[] {1, 2, 0.5}, 3);
    FiniteDifferences.check(
        engine,
        Map.of("logits", logits),
        () -> engine.run(CrossEntropy.mean(logits, labels, Optional.of(weights), 0.1)));
  }
}
