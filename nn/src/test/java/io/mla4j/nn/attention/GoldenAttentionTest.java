package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.nn.GoldenFile;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.TensorScope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers with the weights of Hugging Face's modules give their outputs, on every engine, in every
 * form and decoding from the cache.
 */
class GoldenAttentionTest {

  static Stream<Arguments> latent() {
    return onEveryEngine("mla_");
  }

  static Stream<Arguments> dense() {
    return onEveryEngine("dense_");
  }

  private static Stream<Arguments> onEveryEngine(String prefix) {
    return GoldenFile.names(prefix).stream()
        .flatMap(name -> Stream.of("torch", "native").map(e -> Arguments.of(name, e)));
  }

  @Test
  void everyFileIsThere() {
    assertEquals(
        List.of(
            "mla_kimi",
            "mla_minicpm3",
            "mla_v2_lite",
            "mla_v3",
            "mla_v3_halves",
            "mla_v3_lora",
            "mla_v3_lora_yarn",
            "mla_v3_small_latent",
            "mla_v3_yarn_rope4"),
        GoldenFile.names("mla_"));
    assertEquals(
        List.of("dense_gqa", "dense_mha", "dense_mha_bias", "dense_mqa", "dense_window"),
        GoldenFile.names("dense_"));
  }

  @ParameterizedTest
  @MethodSource("latent")
  void latentAttention(String name, String engineName) {
    Engine engine = Engines.start(engineName);
    try (GoldenFile golden = GoldenFile.open(name);
        TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        Mla layer = mla(golden, engine)) {
      GoldenAttention check = new GoldenAttention(golden, engine, layer);
      check.checkMask(0);
      check.checkFull("the cheaper form");
      check.checkCached("the cheaper form");
      for (LatentForm form : LatentForm.values()) {
        layer.useForm(form);
        check.checkFull(form.name());
        check.checkCached(form.name());
      }
    }
  }

  private static Mla mla(GoldenFile golden, Engine engine) {
    MlaConfig config =
        new MlaConfig(
            golden.size("num_attention_heads"),
            golden.size("q_lora_rank"),
            golden.size("kv_lora_rank"),
            golden.size("qk_nope_head_dim"),
            golden.size("qk_rope_head_dim"),
            golden.size("v_head_dim"),
            0);
    Optional<RotaryConfig> rotary =
        Optional.of(
            new RotaryConfig(
                config.ropeDim(),
                golden.config().get("rope_theta").doubleValue(),
                RotaryLayout.INTERLEAVED,
                GoldenFile.yarn(golden.config().path("rope_scaling"))));
    assertEquals(golden.config().get("scale").doubleValue(), config.scale(rotary), 1e-12);
    Initializer blank = Initializer.blank(engine);
    return (Mla) config.create(blank, golden.size("hidden_size"), rotary, 1);
  }

  @ParameterizedTest
  @MethodSource("dense")
  void denseAttention(String name, String engineName) {
    Engine engine = Engines.start(engineName);
    try (GoldenFile golden = GoldenFile.open(name);
        TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        Attention layer = dense(golden, engine)) {
      GoldenAttention check = new GoldenAttention(golden, engine, layer);
      check.checkMask(golden.size("sliding_window"));
      check.checkFull(name);
      check.checkCached(name);
    }
  }

  private static Attention dense(GoldenFile golden, Engine engine) {
    DenseConfig config =
        new DenseConfig(
            golden.size("num_attention_heads"),
            golden.size("num_key_value_heads"),
            golden.size("head_dim"),
            golden.config().path("attention_bias").asBoolean(false),
            true,
            golden.size("sliding_window"));
    return config.create(Initializer.blank(engine), golden.size("hidden_size"), 1);
  }
}
