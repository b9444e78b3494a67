package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.config.ConfigException;
import io.mla4j.config.ConfigReader;
import io.mla4j.config.ConfigWriter;
import io.mla4j.nn.rotary.YarnScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Short settings bind, and what is written is read back. */
class AttentionConfigBindingTest {

  /** As a model's configuration holds them. */
  record Model(AttentionConfig attention, Optional<YarnScaling> yarn) {}

  private static final Model DEFAULTS =
      new Model(new MlaConfig(4, 0, 32, 24, 8, 32, 0), Optional.empty());

  @TempDir Path folder;

  private Model read(String yaml, String... overrides) throws IOException {
    Path file = folder.resolve("model.yaml");
    Files.writeString(file, yaml);
    return ConfigReader.read(file, Model.class, DEFAULTS, List.of(overrides));
  }

  private AttentionConfig attention(String yaml, String... overrides) throws IOException {
    return read("attention: " + yaml + "\n", overrides).attention();
  }

  @Test
  void shortDense() throws IOException {
    assertEquals(new DenseConfig(4, 0, 0, false, true, 0), attention("{type: dense, heads: 4}"));
    assertEquals(
        new DenseConfig(8, 2, 0, true, false, 0),
        attention("{type: dense, heads: 8, keyValueHeads: 2, bias: true, rotary: false}"));
    assertEquals(
        new DenseConfig(8, 1, 16, false, true, 64),
        attention("{type: dense, heads: 8, keyValueHeads: 1, headDim: 16, window: 64}"));
  }

  /** What the recipe says of latent attention holds for the dense one that replaces it. */
  @Test
  void denseByItsNameAlone() throws IOException {
    assertEquals(new DenseConfig(4, 0, 0, false, true, 0), attention("dense"));
    assertEquals(
        new DenseConfig(3, 0, 0, false, true, 16),
        attention("{type: mla, heads: 3, window: 16}", "attention=dense"));
  }

  @Test
  void shortMla() throws IOException {
    String sizes = "type: mla, heads: 6, kvLoraRank: 48, nopeDim: 24, ropeDim: 8, valueDim: 32";
    assertEquals(new MlaConfig(6, 0, 48, 24, 8, 32, 0), attention("{" + sizes + "}"));
    assertEquals(
        new MlaConfig(6, 96, 48, 24, 8, 32, 128),
        attention("{" + sizes + ", queryLoraRank: 96, window: 128}"));
    assertEquals(new MlaConfig(4, 0, 16, 24, 8, 32, 0), attention("{kvLoraRank: 16}"));
  }

  /** Where no layer below says anything of latent attention, its creator fills in the rest. */
  @Test
  void shortMlaOverDense() {
    Model dense = new Model(DenseConfig.of(4, 128), Optional.empty());
    Model overridden =
        ConfigReader.override(
            Model.class,
            dense,
            List.of(
                "attention={type: mla, heads: 4, kvLoraRank: 32, nopeDim: 24, ropeDim: 8,"
                    + " valueDim: 32}"));
    assertEquals(DEFAULTS, overridden);
  }

  @Test
  void shortYarn() throws IOException {
    assertEquals(
        Optional.of(YarnScaling.of(40, 4096)),
        read("yarn: {factor: 40, originalMaxPositions: 4096}\n").yarn());
    assertEquals(
        Optional.of(new YarnScaling(32, 4096, 1, 1, 0.7, 1)),
        read("yarn: {factor: 32, originalMaxPositions: 4096, betaFast: 1, mscale: 0.7,"
                + " mscaleAllDim: 1}\n")
            .yarn());
  }

  @Test
  void moreHeadsMakeTheDerivedOnesMore() throws IOException {
    AttentionConfig wider = attention("{type: dense, heads: 4}", "attention.heads=8");
    assertEquals(new DenseConfig(8, 8, 16, false, true, 0), wider.resolved(128));
    AttentionConfig grouped =
        attention("{type: dense, heads: 4, keyValueHeads: 4}", "attention.heads=8");
    assertEquals(new DenseConfig(8, 4, 16, false, true, 0), grouped.resolved(128));
  }

  @Test
  void wrongSettingsAreNamed() {
    assertMessage("{type: dense, heads: 4.5}", "attention.heads", "whole number");
    assertMessage("{type: dense, heads: 4, headDim: wide}", "attention.headDim", "whole number");
    assertMessage(
        "{type: dense, heads: 4, keyValueHeads: 3}",
        "attention",
        "keyValueHeads must divide heads, but 3 does not divide 4.");
    assertMessage("{ropeDim: 7}", "attention", "ropeDim is even, not 7.");
  }

  /** The sentences around ours are the configuration reader's. */
  private void assertMessage(String yaml, String setting, String reason) {
    ConfigException error = assertThrows(ConfigException.class, () -> attention(yaml));
    assertTrue(error.getMessage().contains(setting), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  static List<Model> models() {
    return List.of(
        DEFAULTS,
        new Model(new MlaConfig(3, 5, 32, 24, 8, 32, 7), Optional.of(YarnScaling.of(40, 4096))),
        new Model(new DenseConfig(4, 0, 0, false, true, 0), Optional.empty()),
        new Model(
            new DenseConfig(4, 2, 10, true, false, 9),
            Optional.of(new YarnScaling(16, 2048, 24, 2, 0.8, 0.4))));
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsWrittenIsRead(Model model) throws IOException {
    assertEquals(model, read(ConfigWriter.yaml(Model.class, model)));
    Path json = folder.resolve("model.json");
    ConfigWriter.write(json, Model.class, model);
    assertEquals(model, ConfigReader.read(json, Model.class, DEFAULTS, List.of()));
  }

  /** Model folders name the settings as Hugging Face does. */
  @ParameterizedTest
  @MethodSource("models")
  void whatIsWrittenIsReadUnderOtherNames(Model model) {
    JsonMapper mapper =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .findAndAddModules()
            .build();
    String json = mapper.writeValueAsString(model);
    assertEquals(model, mapper.readValue(json, Model.class));
    assertEquals(model.attention().heads(), mapper.readTree(json).at("/attention/heads").asInt());
  }

  @Test
  void plainJsonMayBeShort() {
    JsonMapper mapper = JsonMapper.builder().findAndAddModules().build();
    assertEquals(
        new DenseConfig(4, 0, 0, false, true, 0),
        mapper.readValue("{\"type\": \"dense\", \"heads\": 4}", AttentionConfig.class));
    assertEquals(
        YarnScaling.of(40, 4096),
        mapper.readValue("{\"factor\": 40, \"originalMaxPositions\": 4096}", YarnScaling.class));
  }
}
