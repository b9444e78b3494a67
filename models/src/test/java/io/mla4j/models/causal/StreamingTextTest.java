package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Normalization;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.convert.Llama2cFiles;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Pieces joined against what the tokenizer makes of all tokens at once. */
class StreamingTextTest {

  private enum Kind {
    /** Merges of bytes; characters are split over tokens. */
    BYTE_LEVEL,
    /** The same, with a space before the first word. */
    PREFIX_SPACE,
    /** Pieces of text, and bytes for other characters, as Llama's. */
    BYTE_FALLBACK
  }

  private static final List<String> TEXTS =
      List.of(
          "the and a the",
          "  two  spaces   and more    ",
          "\n\na\n b\n",
          "👍🏽 the 👨‍👩‍👧👍 end",
          "日本語、 中文 the 中é日中",
          "naïve éa é",
          "русский текст",
          " ",
          "");

  @TempDir static Path folder;

  private static Path model = Path.of("");

  @BeforeAll
  static void convert() {
    model = Llama2cFiles.convertedModel(folder);
  }

  private static Tokenizer tokenizer(Kind kind) {
    if (kind == Kind.BYTE_FALLBACK) {
      return Tokenizer.load(model.resolve("tokenizer.json"));
    }
    BpeOptions options =
        BpeOptions.ofSize(300)
            .withNormalization(new Normalization(false, kind == Kind.PREFIX_SPACE));
    return BpeTrainer.train(TEXTS, options, BpeProgress.NONE).tokenizer();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void piecesOfTextsAreTheTexts(Kind kind) {
    try (Tokenizer tokenizer = tokenizer(kind)) {
      for (String text : TEXTS) {
        int[] ids = tokenizer.encode(text);
        assertEquals(tokenizer.decode(ids), String.join("", pieces(tokenizer, ids)));
      }
    }
  }

  private static List<String> pieces(Tokenizer tokenizer, int[] ids) {
    StreamingText stream = new StreamingText(tokenizer);
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(stream.next(id));
    }
    pieces.add(stream.end());
    assertEquals("", stream.end());
    return pieces;
  }

  /** Of tokens in any order, most of which make no characters, special ones among them. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void piecesOfAnyTokensAreTheirText(Kind kind) {
    Random random = new Random(6);
    try (Tokenizer tokenizer = tokenizer(kind)) {
      for (int round = 0; round < 300; round++) {
        int few = 3 + random.nextInt(tokenizer.vocabularySize() - 3);
        int[] ids = random.ints(1 + random.nextInt(40), 0, few).toArray();
        assertEquals(
            tokenizer.decode(ids),
            String.join("", pieces(tokenizer, ids)),
            () -> Arrays.toString(ids));
      }
    }
  }

  /** What follows a prompt is what the whole text has after the prompt's. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void afterAPromptComesTheRest(Kind kind) {
    try (Tokenizer tokenizer = tokenizer(kind)) {
      for (String text : TEXTS) {
        int[] ids = tokenizer.encode(text + " the end, " + text + text);
        for (int cut = 0; cut <= ids.length; cut++) {
          int[] prompt = Arrays.copyOf(ids, cut);
          String before = tokenizer.decode(prompt);
          if (before.endsWith("\uFFFD")) {
            continue; // within a character
          }
          StreamingText stream = new StreamingText(tokenizer).after(prompt);
          StringBuilder rest = new StringBuilder();
          for (int i = cut; i < ids.length; i++) {
            rest.append(stream.next(ids[i]));
          }
          rest.append(stream.end());
          assertEquals(tokenizer.decode(ids), before + rest);
        }
      }
    }
  }

  /** Nothing is held back that is settled: a piece for each word, whole characters, no U+FFFD. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void piecesComeAsSoonAsTheyAreSettled(Kind kind) {
    try (Tokenizer tokenizer = tokenizer(kind)) {
      int[] ids = tokenizer.encode("the 👍 and the");
      StreamingText stream = new StreamingText(tokenizer);
      List<String> pieces = new ArrayList<>();
      for (int id : ids) {
        pieces.add(stream.next(id));
      }
      assertEquals(tokenizer.decode(ids), String.join("", pieces)); // before the end
      assertEquals("", stream.end());
      assertTrue(pieces.stream().filter(piece -> !piece.isEmpty()).count() >= 4, pieces::toString);
      assertFalse(pieces.stream().anyMatch(piece -> piece.contains("\uFFFD")), pieces::toString);
      assertFalse(
          pieces.stream().anyMatch(p -> !p.isEmpty() && Character.isLowSurrogate(p.charAt(0))),
          pieces::toString);
    }
  }

  @Test
  void tokensBeyondTheTokenizersHaveNoText() {
    try (Tokenizer tokenizer = tokenizer(Kind.BYTE_FALLBACK)) {
      StreamingText stream = new StreamingText(tokenizer);
      assertEquals("", stream.next(tokenizer.vocabularySize() + 7));
      int[] the = tokenizer.encode("the");
      assertEquals("the", stream.next(the[1]));
      assertEquals("", stream.next(tokenizer.vocabularySize()));
    }
  }

  /** The tokenizer begins every text, so there is a token to go on from. */
  @Test
  void anEmptyPromptIsTheBeginningOfAText() {
    try (Engine engine = Engines.start("native");
        LanguageModel opened = LanguageModel.open(model, engine, Optional.empty())) {
      GenerationSettings settings = GenerationSettings.greedy(30, Set.of());
      StringBuilder pieces = new StringBuilder();
      String whole = opened.generate("", settings, pieces::append);
      int[] ids =
          new Generator(opened.model()).generate(new int[] {1}, settings, token -> true).tokens();
      assertEquals(opened.requireTokenizer().decode(ids), whole);
      assertEquals(whole, pieces.toString());
    }
  }

  @Test
  void whereNoTokenBeginsATextAnEmptyPromptIsRefused(@TempDir Path other) throws IOException {
    ModelFolder copy = new ModelFolder(other);
    Files.copy(model.resolve(ModelFolder.WEIGHTS), copy.weightsFile());
    ObjectNode tokenizer = new ModelFolder(model).read(ModelFolder.TOKENIZER).orElseThrow();
    copy.write(ModelFolder.TOKENIZER, tokenizer.putNull("post_processor"));
    copy.writeConfig(new ModelFolder(model).readConfig());
    GenerationSettings settings = GenerationSettings.greedy(3, Set.of());
    try (Engine engine = Engines.start("native");
        LanguageModel opened = LanguageModel.open(other, engine, Optional.empty())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> opened.generate("", settings, piece -> {}))
              .getMessage();
      assertTrue(message.contains("adds none of its own") && message.endsWith("."), message);
      opened.generate("the", settings, piece -> {});
    }
  }

  @Test
  void damagedGenerationSettingsAreNamed(@TempDir Path other) throws IOException {
    ModelFolder copy = GoldenModels.copy("llama-grouped", other);
    try (Engine engine = Engines.start("native");
        LanguageModel opened = LanguageModel.open(other, engine, Optional.empty())) {
      copy.write(ModelFolder.GENERATION_CONFIG, JsonMapper.shared().createObjectNode());
      opened.endTokens(); // then config.json says them
      Files.writeString(other.resolve(ModelFolder.GENERATION_CONFIG), "{");
      String message = assertThrows(CheckpointException.class, opened::endTokens).getMessage();
      assertTrue(message.contains("generation_config.json is not valid JSON"), message);
    }
  }
}
