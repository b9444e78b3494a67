package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.LongText;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalFolder;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.NetworksConfig;
import io.mla4j.models.encoder.EncoderConfig;
import io.mla4j.models.encoder.Pooling;
import io.mla4j.models.encoder.PositionConfig;
import io.mla4j.models.encoder.Positions;
import io.mla4j.models.encoder.Regularization;
import io.mla4j.models.encoder.Window;
import io.mla4j.models.pair.Comparison;
import io.mla4j.models.pair.PairHead;
import io.mla4j.models.pair.PairRegressor;
import io.mla4j.models.pair.PairRegressorConfig;
import io.mla4j.models.pair.RegressorFolder;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.attention.MlaConfig;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models whose weights became NaN or infinite, as in a run that diverged or a damaged copy. */
class NotFiniteTest {

  private static final List<String> SAID = List.of("The model gives NaN or infinity as");
  private static final String LETTERS = "the quick brown fox";

  @TempDir Path folder;

  /** Overwrites every number of a float32 tensor in the model's weights. */
  private static Path spoil(Path model, String tensor, float value) throws IOException {
    Path file = model.resolve(ModelFolder.WEIGHTS);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(bytes.getLong(0));
    String json = new String(bytes.array(), 8, header, StandardCharsets.UTF_8);
    JsonNode entry = JsonMapper.shared().readTree(json).path(tensor);
    assertEquals("F32", entry.path("dtype").asString(), json);
    JsonNode offsets = entry.path("data_offsets");
    for (int at = offsets.get(0).asInt(); at < offsets.get(1).asInt(); at += Float.BYTES) {
      bytes.putFloat(8 + header + at, value);
    }
    Files.write(file, bytes.array());
    return model;
  }

  private Path pairs() {
    try (Engine engine = Engines.start("native");
        Tokenizer tokenizer = TinyModel.vocabulary(TinyModel.VOCABULARY).tokenizer()) {
      PairRegressorConfig config =
          new PairRegressorConfig(
              new PairHead(tokenizer.vocabularySize(), 2.5, 1.25, Comparison.FEATURES),
              EncoderConfig.of(8, 1, new MlaConfig(2, 0, 4, 2, 2, 4, 0)),
              PositionConfig.of(Positions.ROTARY),
              new Window(8, LongText.CHUNK, 2),
              Pooling.MEAN,
              new Regularization(0, 0, 0, 0.5));
      RegressorFolder files = new RegressorFolder(folder.resolve("pairs"));
      try (PairRegressor model = new PairRegressor(config, Initializer.random(engine, 5))) {
        files.files().writeConfig(model.description());
        files.writeWeights(model);
        tokenizer.write(files.files().tokenizerFile());
      }
    }
    return folder.resolve("pairs");
  }

  private Path language() {
    CharacterVocabulary letters =
        CharacterVocabulary.of(List.of(LETTERS), List.of(), Optional.empty());
    CausalConfig config =
        new CausalConfig(
            letters.characters().size(),
            16,
            1,
            new MlaConfig(2, 0, 8, 6, 4, 5, 0),
            new NetworksConfig(20, false, Optional.empty(), 1),
            CausalConfig.defaults().positions(),
            1e-6,
            true);
    CausalFolder files = new CausalFolder(folder.resolve("language"));
    try (Engine engine = Engines.start("native");
        Tokenizer tokenizer = letters.tokenizer();
        CausalModel model = new CausalModel(config, Initializer.random(engine, 7))) {
      JsonNode recipe = JsonMapper.shared().createObjectNode();
      files.writeConfig(config, tokenizer, Provenance.now(engine, 7, Map.of(), recipe));
      files.writeWeights(model);
    }
    return folder.resolve("language");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aClassifierDoesNotAnswer(float value) throws IOException {
    Path model = spoil(TinyModel.random(folder.resolve("classes")), "score.bias", value);
    Path rows = file("rows.csv", "text,label\nhello,ham\n");
    Path predictions = folder.resolve("predictions.jsonl");

    CommandRun.failing(SAID, "predict", model, "hello");
    CommandRun.failing(SAID, "predict", model, "hello", "--engine", "torch", "-o", "json");
    CommandRun.failing(SAID, "evaluate", model, rows, "--predictions", predictions);
    assertFalse(Files.exists(predictions));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aModelOfPairsDoesNotAnswer(float value) throws IOException {
    Path model = pairs();
    Path rows = file("pairs.csv", "text,pair,label\nhello,there,1\nyou,there,2\n");
    CommandRun.succeeding("predict", model, "hello", "there");
    CommandRun.succeeding("evaluate", model, rows);

    spoil(model, "norm.weight", value);

    CommandRun.failing(SAID, "predict", model, "hello", "there");
    CommandRun.failing(SAID, "evaluate", model, rows);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aLanguageModelDoesNotAnswer(float value) throws IOException {
    Path model = language();
    Path text = file("text.txt", LETTERS);
    CommandRun.succeeding("generate", model, "the", "-n", 3);

    spoil(model, "model.norm.weight", value);

    for (String engine : List.of("native", "torch")) {
      CommandRun.failing(SAID, "generate", model, "the", "-n", 3, "--engine", engine);
      CommandRun.failing(SAID, "score", model, "--ids", "1,2,3", "--engine", engine);
      CommandRun.failing(SAID, "evaluate", model, text, "--engine", engine);
    }
  }

  @Test
  void aFigureBeyondAllNumbersIsNullInJson() throws IOException {
    Path model = spoil(language(), "model.norm.weight", 1e6f);
    Path json = folder.resolve("figures.json");
    CommandRun.succeeding("evaluate", model, file("text.txt", LETTERS), "--json", json);
    JsonNode figures = CommandRun.json(json);
    assertTrue(figures.path("loss").asDouble() > 1000, figures.toString());
    assertTrue(figures.path("perplexity").isNull(), figures.toString());
  }
}
