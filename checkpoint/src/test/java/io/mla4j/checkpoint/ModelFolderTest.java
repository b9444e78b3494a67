package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelFolderTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @Test
  void configurationAndProvenanceComeBack() throws IOException {
    ObjectNode config = JSON.createObjectNode().put("hidden_size", 128).put("rope_theta", 1e4);
    Provenance provenance =
        new Provenance(
            Instant.parse("2026-11-22T10:15:30.123Z"),
            Map.of("mla4j", "0.1.0", "java", "25"),
            42,
            Map.of("train.json", "ab12"),
            JSON.createObjectNode().put("epochs", 3));
    ModelFolder model = new ModelFolder(folder);
    model.writeConfig(config, provenance);
    assertEquals(config, model.readConfig());
    assertEquals(Optional.of(provenance), model.readProvenance());
    String text = Files.readString(model.configFile());
    assertTrue(text.contains("\"created\" : \"2026-11-22T10:15:30.123Z\""), text);
  }

  @Test
  void anotherTokenizerIsRefused() throws IOException {
    ObjectNode config = JSON.createObjectNode().put("hidden_size", 128);
    Provenance provenance =
        new Provenance(Instant.EPOCH, Map.of(), 42, Map.of(), JSON.createObjectNode());
    ModelFolder model = new ModelFolder(folder);
    Files.writeString(model.tokenizerFile(), "{\"model\": 1}");
    model.writeConfig(config, provenance);
    assertEquals(config, model.readConfig());
    assertEquals(model.tokenizerFile(), model.requireTokenizer());
    Files.writeString(model.tokenizerFile(), "{\"model\": 2}");
    assertSentence(model::requireTokenizer, "is not the one this model was trained with");
  }

  @Test
  void provenanceNamesWhatWasBuiltAndWhatComputed() {
    Provenance now = Provenance.now(EngineDouble.engine(), 7, Map.of(), JSON.createObjectNode());
    assertEquals("double, libdouble 1.2.3", now.versions().get("engine"));
    assertEquals(Runtime.version().toString(), now.versions().get("java"));
    String build = now.versions().get("mla4j");
    assertTrue(build.matches("\\d+\\.\\d+\\.\\d+\\S* \\((unknown|.*[0-9a-f]{7,}.*)\\)"), build);
  }

  @Test
  void aForeignConfigurationHasNoProvenance() throws IOException {
    ModelFolder model = new ModelFolder(folder);
    Files.writeString(model.configFile(), "{\"model_type\": \"deepseek_v3\"}");
    assertEquals(Optional.empty(), model.readProvenance());
    Files.writeString(
        model.configFile(), "{\"model_type\": \"deepseek_v3\", \"mla4j_provenance\": null}");
    assertEquals(Optional.empty(), model.readProvenance());
    assertEquals("deepseek_v3", model.readConfig().path("model_type").stringValue());
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    ModelFolder model = new ModelFolder(folder);
    assertSentence(model::openWeights, "has no model.safetensors");
    assertSentence(model::readConfig, "has no config.json");
    assertSentence(model::requireTokenizer, "has no tokenizer.json");
    assertSentence(model::requireComplete, "has no model.safetensors");
    model.writeWeightSources(Map.of("w", Sources.pattern(8, 1)), Map.of(), 1000);
    assertSentence(model::requireComplete, "has no config.json");
    Files.writeString(model.configFile(), "{}");
    Files.writeString(model.tokenizerFile(), "{}");
    assertEquals(model, model.requireComplete());
    ModelFolder nowhere = new ModelFolder(folder.resolve("nowhere"));
    assertSentence(nowhere::requireComplete, "does not exist; a model folder holds");
    ModelFolder weights = new ModelFolder(model.weightsFile());
    assertSentence(weights::requireComplete, "is a file; name the folder it is in, " + folder);
  }

  @Test
  void brokenConfigurationsAreNamed() throws IOException {
    ModelFolder model = new ModelFolder(folder);
    Files.writeString(model.configFile(), "{\"a\": 1, \"a\": 2}");
    assertSentence(model::readConfig, "not valid JSON");
    Files.writeString(model.configFile(), "[1]");
    assertSentence(model::readConfig, "does not hold a JSON object");
    Files.writeString(model.configFile(), "");
    assertSentence(model::readConfig, "does not hold a JSON object");
    Files.writeString(model.configFile(), "{\"mla4j_provenance\": {\"seed\": \"many\"}}");
    assertSentence(model::readProvenance, "cannot be read");
    Files.writeString(model.configFile(), "{\"mla4j_provenance\": {\"seed\": 1}}");
    assertSentence(model::readProvenance, "cannot be read");
    Files.write(model.configFile(), new byte[] {'{', '"', (byte) 0xe9, '"', ':', '1', '}'});
    assertSentence(model::readConfig, "not valid JSON");
  }

  @Test
  void weightsOfAnotherModelAreExplainedInOneSentence() {
    ModelFolder model = new ModelFolder(folder);
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    tensors.put("same", Sources.pattern(4, 1));
    tensors.put("reshaped", Sources.pattern(6, 1));
    tensors.put("extra", Sources.pattern(1, 1));
    model.writeWeightSources(tensors, Map.of(), 1000);
    Map<String, Shape> expected = new LinkedHashMap<>();
    expected.put("same", Shape.of(4));
    expected.put("reshaped", Shape.of(2, 3));
    for (int i = 0; i < 5; i++) {
      expected.put("missing" + i, Shape.of(1));
    }
    try (Safetensors weights = model.openWeights()) {
      var failure = assertThrows(CheckpointException.class, () -> weights.requireExactly(expected));
      assertEquals(
          "The file "
              + model.weightsFile()
              + " does not fit the model: it lacks 5 (missing0, missing1, missing2 and 2 more);"
              + " it has in excess 1 (extra);"
              + " it has in another shape 1 (reshaped [6] instead of [2, 3]).",
          failure.getMessage());
      weights.requireExactly(
          Map.of("same", Shape.of(4), "reshaped", Shape.of(6), "extra", Shape.of(1)));
    }
  }

  private static void assertSentence(Executable action, String problem) {
    String message = assertThrows(CheckpointException.class, action).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
  }
}
