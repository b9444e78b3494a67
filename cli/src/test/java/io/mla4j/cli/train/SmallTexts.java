package io.mla4j.cli.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Writes texts of two classes that differ in a few words, and a recipe for them. */
final class SmallTexts {

  private static final String[] WORDS = {
    "river", "table", "stone", "winter", "paper", "green", "seven", "garden", "window", "music"
  };
  private static final String[][] TELLING = {
    {"glad", "sunny", "laughing"}, {"gloomy", "crying", "sorry"}
  };

  private SmallTexts() {}

  /** Writes a recipe with its data into a folder. */
  static Path recipe(Path folder, int epochs) throws IOException {
    Path train = texts(folder.resolve("train.tsv"), 400, 1);
    Path test = texts(folder.resolve("test.tsv"), 100, 2);
    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(
        recipe,
        """
        name: small
        data: {train: %s, test: %s, batchSize: 8}
        tokenizer: {vocabSize: 400}
        model:
          hiddenSize: 32
          layers: 2
          intermediateSize: 48
          contextTokens: 24
          attention: {type: mla, heads: 2, kvLoraRank: 8, nopeDim: 12, ropeDim: 4, valueDim: 16}
        training:
          epochs: %d
          checkpointEverySteps: 4
          optimizer: {learningRate: 0.003}
        """
            .formatted(train, test, epochs));
    return recipe;
  }

  private static Path texts(Path file, int count, long seed) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<String> lines = new ArrayList<>(List.of("text\tlabel"));
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      for (int w = 0; w < 5 + random.nextInt(20); w++) {
        words.add(WORDS[random.nextInt(WORDS.length)]);
      }
      words.set(random.nextInt(words.size()), TELLING[i % 2][random.nextInt(3)]);
      lines.add(String.join(" ", words) + "\t" + (i % 2 == 0 ? "happy" : "sad"));
    }
    return Files.write(file, lines);
  }
}
