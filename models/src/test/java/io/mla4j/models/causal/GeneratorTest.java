package io.mla4j.models.causal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.models.causal.Generator.Generated;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratorTest {

  private static final int TOKENS = 24;
  private static final Sampling SAMPLED = Sampling.of(0.9).withTopK(40).withTopP(0.95);

  private static Engine engine;
  private static LanguageModel llama;

  @BeforeAll
  static void open() {
    engine = Engines.start("native");
    llama = GoldenModels.open("llama-grouped", engine);
  }

  @AfterAll
  static void close() {
    llama.close();
    engine.close();
  }

  static Stream<Arguments> models() {
    return Stream.of("llama-grouped", "deepseek_v3-sharded", "deepseek_v2-greedy-yarn")
        .flatMap(name -> Stream.of("torch", "native").map(engine -> Arguments.of(name, engine)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void greedyIsTheLikeliestTokenOfAPassFromTheBeginning(String name, String engineName) {
    try (Engine started = Engines.start(engineName);
        LanguageModel model = GoldenModels.open(name, started)) {
      int[] prompt = GoldenModels.randomIds(model.model(), 5, 1);
      int[] text = Arrays.copyOf(prompt, prompt.length + 8);
      for (int length = prompt.length; length < text.length; length++) {
        double[][] all = GoldenModels.logProbabilities(model.model(), Arrays.copyOf(text, length));
        text[length] = likeliest(all[length - 1]);
      }
      Generated generated =
          new Generator(model.model())
              .generate(prompt, GenerationSettings.greedy(8, Set.of()), token -> true);
      assertArrayEquals(Arrays.copyOfRange(text, 5, text.length), generated.tokens());
    }
  }

  private static int likeliest(double[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  /** Drafts that are right, wrong, and right at first, of any length. */
  @ParameterizedTest
  @MethodSource("models")
  void draftsChangeNothing(String name, String engineName) {
    try (Engine started = Engines.start(engineName);
        LanguageModel model = GoldenModels.open(name, started)) {
      Generator generator = new Generator(model.model());
      int[] prompt = GoldenModels.randomIds(model.model(), 7, 2);
      for (Sampling sampling : List.of(Sampling.GREEDY, SAMPLED)) {
        GenerationSettings plain =
            GenerationSettings.greedy(TOKENS, Set.of()).withSampling(sampling, 17);
        int[] expected = generator.generate(prompt, plain, token -> true).tokens();
        for (Drafter drafter : drafters(prompt.length, expected, model.model())) {
          Generated drafted =
              generator.generate(prompt, plain.withDrafter(drafter, 4), token -> true);
          assertArrayEquals(expected, drafted.tokens(), drafter + ", " + sampling);
          assertTrue(drafted.accepted() <= drafted.drafted());
          // Each pass gives one token of the model's own, beside those accepted; one is the
          // prompt's.
          assertEquals(TOKENS - 1, drafted.passes() + drafted.accepted());
        }
      }
    }
  }

  private static List<Drafter> drafters(int promptLength, int[] right, CausalModel model) {
    Random random = new Random(3);
    Drafter knowing =
        (tokens, most) -> {
          int from = tokens.length - promptLength;
          return Arrays.copyOfRange(right, from, Math.min(right.length, from + most));
        };
    Drafter wrong = (tokens, most) -> random.ints(most, 0, model.config().vocabSize()).toArray();
    Drafter halfRight =
        (tokens, most) -> {
          int[] draft = knowing.draft(tokens, 1 + random.nextInt(most));
          draft[draft.length - 1] = random.nextInt(model.config().vocabSize());
          return draft;
        };
    return List.of(knowing, wrong, halfRight, new PromptLookup(3));
  }

  @Test
  void aRightDraftSavesPasses() {
    Generator generator = new Generator(llama.model());
    int[] prompt = GoldenModels.randomIds(llama.model(), 7, 2);
    GenerationSettings plain = GenerationSettings.greedy(TOKENS, Set.of());
    int[] right = generator.generate(prompt, plain, token -> true).tokens();
    Drafter knowing = drafters(prompt.length, right, llama.model()).getFirst();
    Generated drafted = generator.generate(prompt, plain.withDrafter(knowing, 4), token -> true);
    assertEquals(drafted.drafted(), drafted.accepted());
    assertEquals(5, drafted.passes()); // 23 tokens after the first, five a pass
  }

  @Test
  void aSeedGivesTheSameTextAndAnotherAnother() {
    Generator generator = new Generator(llama.model());
    int[] prompt = {1, 2, 3};
    GenerationSettings settings = GenerationSettings.greedy(TOKENS, Set.of());
    int[] one = generate(generator, prompt, settings.withSampling(SAMPLED, 1));
    assertArrayEquals(one, generate(generator, prompt, settings.withSampling(SAMPLED, 1)));
    int[] two = generate(generator, prompt, settings.withSampling(SAMPLED, 2));
    assertTrue(!Arrays.equals(one, two));
  }

  private static int[] generate(Generator generator, int[] prompt, GenerationSettings settings) {
    return generator.generate(prompt, settings, token -> true).tokens();
  }

  @Test
  void endsWithAnEndTokenWithinADraftToo() {
    Generator generator = new Generator(llama.model());
    int[] prompt = {1, 2, 3};
    GenerationSettings settings = GenerationSettings.greedy(TOKENS, Set.of());
    int[] whole = generate(generator, prompt, settings.withSampling(SAMPLED, 5));
    int end = whole[6];
    int at = 0;
    while (whole[at] != end) {
      at++;
    }
    GenerationSettings ending =
        GenerationSettings.greedy(TOKENS, Set.of(end)).withSampling(SAMPLED, 5);
    int[] expected = Arrays.copyOf(whole, at + 1);
    assertArrayEquals(expected, generate(generator, prompt, ending));
    for (Drafter drafter : drafters(prompt.length, whole, llama.model())) {
      assertArrayEquals(expected, generate(generator, prompt, ending.withDrafter(drafter, 4)));
    }
  }

  @Test
  void tellsEachTokenAndStopsWhenTold() {
    Generator generator = new Generator(llama.model());
    GenerationSettings settings = GenerationSettings.greedy(TOKENS, Set.of());
    int[] whole = generate(generator, new int[] {4}, settings);
    List<Integer> told = new ArrayList<>();
    Generated stopped =
        generator.generate(
            new int[] {4},
            settings,
            token -> {
              told.add(token);
              return told.size() < 3;
            });
    assertArrayEquals(Arrays.copyOf(whole, 3), stopped.tokens());
    assertEquals(Arrays.stream(whole).limit(3).boxed().toList(), told);
    assertEquals(
        0, generate(generator, new int[] {4}, GenerationSettings.greedy(0, Set.of())).length);
  }

  /** A prompt longer than what passes through the model at once. */
  @Test
  void readsLongPromptsInParts(@TempDir Path folder) throws IOException {
    ModelFolder copy = GoldenModels.copy("llama-grouped", folder);
    copy.writeConfig(copy.readConfig().put("max_position_embeddings", 2000));
    try (LanguageModel model = LanguageModel.open(folder, engine, Optional.empty())) {
      int[] prompt = GoldenModels.randomIds(model.model(), 1030, 6);
      double[][] all = GoldenModels.logProbabilities(model.model(), prompt);
      GenerationSettings one = GenerationSettings.greedy(1, Set.of());
      assertEquals(
          likeliest(all[prompt.length - 1]),
          generate(new Generator(model.model()), prompt, one)[0]);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    int most = llama.model().config().positions().maxPositions();
    int vocabulary = llama.model().config().vocabSize();
    GenerationSettings some = GenerationSettings.greedy(5, Set.of());
    refused("A prompt has one token or more.", new int[0], some);
    refused("The prompt has the token " + vocabulary, new int[] {vocabulary}, some);
    refused("The prompt has the token -1", new int[] {-1}, some);
    refused("model's context", new int[] {1}, GenerationSettings.greedy(most, Set.of()));
    refused(
        "The draft has the token -1", new int[] {1}, some.withDrafter((t, m) -> new int[] {-1}, 2));
    refused(
        "at most 2 tokens and guessed 9", new int[] {1}, some.withDrafter((t, m) -> new int[9], 2));
  }

  private static void refused(String words, int[] prompt, GenerationSettings settings) {
    Generator generator = new Generator(llama.model());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> generator.generate(prompt, settings, token -> true))
            .getMessage();
    assertTrue(message.contains(words) && message.endsWith("."), message);
  }
}
