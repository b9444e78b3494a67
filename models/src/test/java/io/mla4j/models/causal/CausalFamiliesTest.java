package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.RotaryLayout;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CausalFamiliesTest {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  static Stream<String> models() throws IOException {
    return GoldenModels.names().stream();
  }

  private static ObjectNode golden(String name) {
    return new ModelFolder(GoldenModels.folder(name)).readConfig();
  }

  private static CausalConfig read(ObjectNode tree) {
    return CausalFamilies.read("config.json", tree);
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsWrittenReadsAsTheSameModel(String name) {
    ObjectNode tree = golden(name);
    CausalConfig config = read(tree);
    ObjectNode written = CausalFamilies.write(config);
    assertEquals(config, read(written));
    assertEquals(tree.path("model_type"), written.path("model_type"));
    assertEquals(written, CausalFamilies.write(read(written)));
  }

  @Test
  void settingsThatOnlyTrainingNeedsAreKeptToo() {
    for (String name : List.of("deepseek_v2-greedy-yarn", "deepseek_v3-sharded")) {
      CausalConfig config = read(golden(name).put("aux_loss_alpha", 0.037));
      assertEquals(config, read(CausalFamilies.write(config)));
      assertEquals(0.037, config.networks().experts().orElseThrow().router().balanceWeight(), 0);
    }
  }

  @Test
  void unknownTypesAreNamedWithThoseKnown() {
    refused(golden("llama-grouped").put("model_type", "gpt2"), "'gpt2'", "llama", "deepseek_v3");
    ObjectNode none = golden("llama-grouped");
    none.remove("model_type");
    refused(none, "type ''", "qwen3");
    assertTrue(CausalFamilies.isCausal(golden("qwen2-tied")));
    assertTrue(!CausalFamilies.isCausal(none));
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    refused(golden("qwen2-tied").put("use_sliding_window", true), "sliding window");
    refused(golden("llama-grouped").put("hidden_act", "gelu"), "gelu", "silu");
    refused(golden("deepseek_v3-sharded").put("hidden_act", "relu"), "relu", "silu");
    refused(golden("deepseek_v3-sharded").put("moe_layer_freq", 2), "moe_layer_freq");
    refused(golden("deepseek_v2-greedy-yarn").put("topk_method", "best"), "'best'", "greedy");
    ObjectNode dynamic = golden("llama-grouped");
    dynamic.putObject("rope_parameters").put("rope_type", "dynamic");
    refused(dynamic, "'dynamic'", "yarn");
    ObjectNode mixed = golden("qwen3-untied");
    mixed.putArray("layer_types").add("full_attention").add("sliding_attention");
    refused(mixed, "sliding_attention", "full_attention");
  }

  @Test
  void missingAndMisspelledSizesAreNamed() {
    for (String size : List.of("hidden_size", "vocab_size", "num_attention_heads")) {
      ObjectNode tree = golden("llama-grouped");
      tree.remove(size);
      refused(tree, "llama", size);
      refused(golden("llama-grouped").put(size, "many"), size, "\"many\"");
      refused(golden("llama-grouped").put(size, 1.5), size, "1.5");
      refused(golden("llama-grouped").put(size, -3), size, "-3");
    }
    refused(golden("llama-grouped").put("attention_bias", 1), "attention_bias", "true or false");
    refused(golden("llama-grouped").put("rms_norm_eps", "small"), "rms_norm_eps");
  }

  /** Whatever one value is, there is a model or one sentence. */
  @ParameterizedTest
  @MethodSource("models")
  void anyValueGivesAModelOrOneSentence(String name) {
    try (Engine engine = Engines.start("native")) {
      for (String key : golden(name).propertyNames()) {
        for (String value :
            List.of("0", "-1", "1", "7", "2147483647", "1e300", "\"x\"", "[]", "{}")) {
          ObjectNode tree = golden(name);
          tree.set(key, MAPPER.readTree(value));
          tryOutline(tree, engine, key + ": " + value);
        }
      }
    }
  }

  private static int experts(CausalConfig config) {
    return config.networks().experts().map(each -> each.router().experts()).orElse(0);
  }

  private static void tryOutline(ObjectNode tree, Engine engine, String what) {
    try {
      CausalConfig config = read(tree);
      if (config.layers() < 100
          && experts(config) < 1000) { // more is refused before, by the weights
        new CausalModel(config, Initializer.outline(engine)).close();
      }
    } catch (CheckpointException refused) {
      sentence(refused.getMessage());
    } catch (IllegalArgumentException | ArithmeticException impossible) {
      // Of the model's sizes; CausalFolder says whose they are.
      assertTrue(!String.valueOf(impossible.getMessage()).isEmpty(), what);
    }
  }

  @Test
  void whatNoFamilyHasIsNotWritten() {
    CausalConfig config = read(golden("llama-grouped"));
    RotaryPositions halves = config.positions();
    CausalConfig interleaved =
        new CausalConfig(
            config.vocabSize(),
            config.hiddenSize(),
            config.layers(),
            config.attention(),
            config.networks(),
            new RotaryPositions(
                halves.ropeTheta(),
                RotaryLayout.INTERLEAVED,
                halves.ropeScaling(),
                halves.maxPositions()),
            config.normEpsilon(),
            config.tiedEmbeddings());
    String message =
        assertThrows(IllegalArgumentException.class, () -> CausalFamilies.write(interleaved))
            .getMessage();
    assertTrue(message.contains("CausalFamily"), message);
  }

  private static void refused(ObjectNode tree, String... words) {
    String message = assertThrows(CheckpointException.class, () -> read(tree)).getMessage();
    sentence(message);
    for (String word : words) {
      assertTrue(message.contains(word), "'" + word + "' in: " + message);
    }
  }

  private static void sentence(String message) {
    assertTrue(message.startsWith("config.json ") && message.endsWith("."), message);
    assertEquals(1, message.lines().count(), message);
    assertTrue(!message.endsWith("..") && !message.contains("Exception"), message);
  }
}
