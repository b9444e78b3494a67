package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalFolder;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.NetworksConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.nn.feedforward.ExpertsConfig;
import io.mla4j.nn.feedforward.RouterConfig;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@code evaluate} and {@code inspect} say of a language model. */
class LanguageCommandsTest {

  private static final String TEXT = "the quick brown fox jumps over the lazy dog\n";

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(folder.resolve("text.txt"), TEXT.repeat(3));
    CharacterVocabulary letters =
        CharacterVocabulary.of(List.of(TEXT), List.of(), Optional.empty());
    RouterConfig router =
        new RouterConfig(4, 2, RouterConfig.Scoring.SIGMOID, 1, 1, true, 1, true, 0.01, 0);
    CausalConfig config =
        new CausalConfig(
            letters.characters().size(),
            16,
            3,
            new MlaConfig(2, 0, 8, 6, 4, 5, 0),
            new NetworksConfig(20, false, Optional.of(new ExpertsConfig(router, 6, 1)), 1),
            CausalConfig.defaults().positions(),
            1e-6,
            true);
    ObjectNode recipe = JsonMapper.shared().createObjectNode();
    recipe.putObject("data").put("contextTokens", 12);
    CausalFolder files = new CausalFolder(folder.resolve("model"));
    try (Engine engine = Engines.start("native");
        Tokenizer tokenizer = letters.tokenizer();
        CausalModel model = new CausalModel(config, Initializer.random(engine, 7))) {
      files.writeConfig(config, tokenizer, Provenance.now(engine, 7, Map.of(), recipe));
      files.writeWeights(model);
    }
  }

  private static JsonNode evaluated(Object... options) {
    Object[] words = new Object[options.length + 5];
    words[0] = "evaluate";
    words[1] = folder.resolve("model");
    words[2] = folder.resolve("text.txt");
    words[3] = "--json";
    words[4] = "-";
    System.arraycopy(options, 0, words, 5, options.length);
    return JsonMapper.shared().readTree(String.join("\n", CommandRun.succeeding(words).outLines()));
  }

  @Test
  void evaluateMeasuresThroughASlidingWindow() {
    JsonNode found = evaluated("--engine", "native", "--compare-engines");
    int tokens = 3 * TEXT.length();
    assertEquals(tokens - 1, found.path("tokens").asInt());
    assertEquals(tokens, found.path("bytes").asInt());
    assertEquals(12, found.path("context").asInt()); // as it was trained
    assertEquals(6, found.path("stride").asInt());
    double loss = found.path("loss").asDouble();
    assertEquals(Math.exp(loss), found.path("perplexity").asDouble(), 1e-9);
    double bits = loss * (tokens - 1) / Math.log(2) / tokens;
    assertEquals(bits, found.path("bitsPerByte").asDouble(), 1e-9);
    assertTrue(found.path("agreement").path("lossDifference").asDouble() < 1e-5, "engines agree");
    assertEquals(4, found.path("expertShares").path("1").size());
    JsonNode whole = evaluated("--engine", "native", "--context", "200", "--stride", "200");
    assertEquals(200, whole.path("context").asInt());
    assertTrue(Math.abs(whole.path("loss").asDouble() - loss) > 1e-6, "another window");
  }

  @Test
  void aWindowThatCannotBeIsRefused() {
    Path model = folder.resolve("model");
    Path text = folder.resolve("text.txt");
    CommandRun.failing(List.of("--stride", "12"), "evaluate", model, text, "--stride", 13);
    CommandRun.failing(List.of("--context", "2,048"), "evaluate", model, text, "--context", 4096);
  }

  @Test
  void inspectTellsParametersAndCache() {
    List<String> said = CommandRun.succeeding("inspect", folder.resolve("model")).outLines();
    String all = String.join("\n", said);
    assertTrue(all.contains("Language model (deepseek_v3)"), all);
    assertTrue(all.contains("4 of width 6, 2 a token by sigmoid with a bias, 1 shared"), all);
    assertTrue(all.contains("model.layers.1-2.mlp.experts.0-3.down_proj.weight"), all);
    // 3 layers of a latent of 8 and 4 rotary elements in float32.
    assertTrue(all.contains("this model       144 bytes"), all);
  }
}
