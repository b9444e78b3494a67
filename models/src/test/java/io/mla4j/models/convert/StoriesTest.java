package io.mla4j.models.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.SharedArchive;
import io.mla4j.models.causal.Drafter;
import io.mla4j.models.causal.GenerationSettings;
import io.mla4j.models.causal.Generator;
import io.mla4j.models.causal.Generator.Generated;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.models.causal.PromptLookup;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * stories260K, converted, tells the story that is documented of it. {@code run stories260K.bin -z
 * tok512.bin -t 0.0} makes 256 tokens after the beginning, its default, unless the beginning of
 * another text comes first; it prints no space after the beginning, and a line break at the end.
 */
class StoriesTest {

  private static final int STEPS = 256;
  private static final int BEGIN = 1;
  private static final int END = 2;

  @TempDir static Path folder;

  private static Path model = Path.of("");
  private static String expected = "";

  @BeforeAll
  static void convert() throws IOException {
    Path documents = SharedArchive.unpack("llama2c_tokenizer", folder).resolve("doc");
    Path data = SharedArchive.unpack("stories260K", folder).resolve("data");
    expected = firstStory(Files.readString(documents.resolve("stories260K.md")));
    model = folder.resolve("model");
    new Llama2cConversion(data.resolve("stories260K.bin"), data.resolve("tok512.bin"))
        .write(model, bytes -> {});
  }

  private static String firstStory(String document) {
    String command = "./run stories260K/stories260K.bin -z stories260K/tok512.bin -t 0.0\n";
    int start = document.indexOf(command) + command.length();
    return document.substring(start, document.indexOf("\n```", start));
  }

  static Stream<Arguments> engines() {
    return Stream.of("torch", "native")
        .flatMap(
            engine ->
                Stream.of(Drafter.NONE, new PromptLookup(3))
                    .map(drafter -> Arguments.of(engine, drafter)));
  }

  /** All of it, and 200 tokens, which are its beginning. */
  @ParameterizedTest
  @MethodSource("engines")
  void tellsTheStory(String engine, Drafter drafter) {
    GenerationSettings settings =
        GenerationSettings.greedy(STEPS, Set.of(BEGIN)).withDrafter(drafter, 4);
    try (Engine started = Engines.start(engine);
        LanguageModel opened = LanguageModel.open(model, started, Optional.empty())) {
      Generated all =
          new Generator(opened.model()).generate(new int[] {BEGIN}, settings, token -> true);
      assertEquals(STEPS, all.tokens().length);
      assertEquals(expected, opened.requireTokenizer().decode(all.tokens()));
      int[] some = Arrays.copyOf(all.tokens(), 200);
      String start = opened.requireTokenizer().decode(some);
      assertEquals(expected.substring(0, start.length()), start);
      assertTrue(start.endsWith("Lily didn't want to help her mom, so she"), start);
    }
  }

  /** From no text at all, piece by piece, until the next story would begin. */
  @Test
  void streamsTheWholeStoryAfterAnEmptyPrompt() {
    StringBuilder pieces = new StringBuilder();
    try (LanguageModel opened = LanguageModel.open(model)) {
      assertEquals(Set.of(BEGIN, END), opened.endTokens());
      String whole =
          opened.generate("", GenerationSettings.greedy(500, opened.endTokens()), pieces::append);
      assertTrue(whole.startsWith(expected) && whole.length() > expected.length(), whole);
      assertEquals(whole, pieces.toString());
    }
  }
}
