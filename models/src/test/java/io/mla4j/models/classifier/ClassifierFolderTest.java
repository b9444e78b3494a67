package io.mla4j.models.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.BpeVocabulary;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** A model folder is read whole or refused in one sentence, whatever its files say. */
class ClassifierFolderTest {

  private static final List<String> TEXTS = List.of("a river in winter", "a green garden");
  private static final Provenance PROVENANCE =
      new Provenance(Instant.EPOCH, Map.of(), 1, Map.of(), JsonNodeFactory.instance.objectNode());

  private final Engine engine = Engines.start("native");

  @TempDir Path path;
  private TextClassifierConfig config = TextClassifierConfig.defaults();

  private static BpeVocabulary vocabulary(List<String> texts) {
    return BpeTrainer.train(texts, BpeOptions.ofSize(262), BpeProgress.NONE);
  }

  @BeforeEach
  void write() {
    try (Tokenizer tokenizer = vocabulary(TEXTS).tokenizer()) {
      config = config.resolved(tokenizer.vocabularySize(), List.of("ham", "spam"));
      try (TextClassifier model = new TextClassifier(config, Initializer.random(engine, 5))) {
        new ClassifierFolder(path).write(model, tokenizer, PROVENANCE);
      }
    }
  }

  private void edit(String from, String to) throws IOException {
    Path file = path.resolve("config.json");
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  private String refused() {
    String message =
        assertThrows(CheckpointException.class, () -> TextPipeline.open(path, engine).close())
            .getMessage();
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
    return message;
  }

  private static void assertSameWeights(TextClassifier expected, TextClassifier actual) {
    assertEquals(expected.namedParameters().keySet(), actual.namedParameters().keySet());
    expected
        .namedParameters()
        .forEach(
            (name, parameter) ->
                assertArrayEquals(
                    parameter.value().toFloats(),
                    actual.namedParameters().get(name).value().toFloats(),
                    name));
  }

  @Test
  void whatIsWrittenIsRead() {
    assertEquals(config, new ClassifierFolder(path).readConfig());
    try (TextClassifier model = new ClassifierFolder(path).read(engine);
        TextClassifier same = new TextClassifier(config, Initializer.random(engine, 5))) {
      assertSameWeights(same, model);
    }
  }

  @Test
  void aModelSavesItselfWithoutSayingWhereItComesFrom() {
    Path other = path.resolve("saved");
    try (TextPipeline pipeline = TextPipeline.open(path, engine)) {
      pipeline.model().save(other, pipeline.tokenizer());
      try (TextPipeline saved = TextPipeline.open(other, engine)) {
        assertEquals(config, saved.model().config());
        assertSameWeights(pipeline.model(), saved.model());
        assertEquals(pipeline.tokenizer().checksum(), saved.tokenizer().checksum());
      }
    }
    assertEquals(Optional.empty(), new ClassifierFolder(other).files().readProvenance());
  }

  @Test
  void aModelOlderThanASettingOfTrainingIsRead() throws IOException {
    edit(",\n  \"embedding_deviation\" : 0.05", "");
    assertEquals(config, new ClassifierFolder(path).readConfig());
  }

  @Test
  void membersWrittenByTheirNamesAloneAreRead() throws IOException {
    edit("\"feed_forward\" : {\n    \"type\" : \"swiglu\"\n  }", "\"feed_forward\" : \"SWIGLU\"");
    edit("\"norm\" : {\n    \"type\" : \"rms\"\n  }", "\"norm\" : \"RMS\"");
    assertEquals(config, new ClassifierFolder(path).readConfig());
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "native"})
  void sizesThatAreNotTheWeightsAreRefusedBeforeMemoryIsTaken(String name) throws IOException {
    edit("\"vocab_size\" : 262", "\"vocab_size\" : 2000000000");
    Engine started = Engines.start(name);
    String message =
        assertThrows(CheckpointException.class, () -> new ClassifierFolder(path).read(started))
            .getMessage();
    assertTrue(
        message.contains("embed_tokens.weight [262, 128] instead of [2000000000, 128]"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"layers\" : 2|\"layers\" : 2000000000|for 2000000000 layers",
        "\"intermediate_size\" : 256|\"intermediate_size\" : 2147483647|in another shape",
        "\"pooling\" : \"MEAN\",||it lacks 'pooling'",
        "\"pooling\" : \"MEAN\"|\"pooling\" : null|'pooling'",
        "\"type\" : \"rms\"|\"type\" : \"batch\"|'norm' cannot be used",
        "\"pooling\" : \"MEAN\"|\"poling\" : \"MEAN\"|'poling'",
        "\"rope_dim\" : 8|\"rope_dims\" : 8|'attention.rope_dim",
        "\"layers\" : 2|\"layers\" : 2.5|'layers' cannot be used",
        "\"layers\" : 2|\"layers\" : \"2\"|'layers' cannot be used",
        "\"norm_epsilon\" : 1.0E-6|\"norm_epsilon\" : -1|normEpsilon is above 0",
        "\"vocab_size\" : 262|\"vocab_size\" : 0|lacks the vocab_size",
      })
  void aBadConfigurationIsExplained(String from, String to, String reason) throws IOException {
    edit(from, to == null ? "" : to);
    assertTrue(refused().contains(reason), refused());
  }

  @Test
  void anotherRunsTokenizerIsRefused() {
    vocabulary(List.of("another text altogether", "music and paper"))
        .write(path.resolve("tokenizer.json"));
    assertTrue(refused().contains("is not the one this model was trained with"), refused());
  }
}
