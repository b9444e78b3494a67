package io.mla4j.training;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.DataLoaderBuilder;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.tensor.Engine;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Texts of two classes that differ in a few words, and a model small enough for a test. */
final class TinyTask {

  private static final String[] WORDS = {
    "river", "table", "stone", "winter", "paper", "green", "seven", "garden", "window", "music"
  };
  private static final String[] HAPPY = {"glad", "sunny", "laughing"};
  private static final String[] SAD = {"gloomy", "crying", "sorry"};

  final Tokenizer tokenizer;
  final DataLoader train;
  final DataLoader validation;

  TinyTask() {
    List<TextExample> examples = examples(240, 5);
    tokenizer =
        BpeTrainer.train(
                examples.stream().map(TextExample::text).toList(),
                BpeOptions.ofSize(400),
                BpeProgress.NONE)
            .tokenizer();
    train = loader(examples).shuffleSeed(1).build();
    validation = loader(examples(80, 6)).sequential().build();
  }

  private DataLoaderBuilder loader(List<TextExample> examples) {
    return DataLoader.builder(examples, tokenizer)
        .labels(LabelSet.of(List.of("happy", "sad")))
        .contextTokens(24)
        .batchSize(16);
  }

  private static List<TextExample> examples(int count, long seed) {
    RandomGenerator random =
        java.util.random.RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<TextExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean happy = i % 2 == 0;
      List<String> words = new ArrayList<>();
      for (int w = 0; w < 5 + random.nextInt(8); w++) {
        words.add(WORDS[random.nextInt(WORDS.length)]);
      }
      String[] telling = happy ? HAPPY : SAD;
      words.set(random.nextInt(words.size()), telling[random.nextInt(telling.length)]);
      RowOrigin origin = new RowOrigin(Path.of("made.txt"), i + 1);
      examples.add(
          new TextExample(String.join(" ", words), Optional.of(happy ? "happy" : "sad"), origin));
    }
    return examples;
  }

  TextClassifier model(Engine engine) {
    return TextClassifier.builder()
        .numClasses(2)
        .vocabSize(tokenizer.vocabularySize())
        .hiddenSize(32)
        .layers(1)
        .contextTokens(24)
        .seed(3)
        .build(engine);
  }

  TrainingRun<TextBatch> run(TextClassifier model, Path folder) {
    return run(model, folder, new ClassificationConfig(0.05, true));
  }

  TrainingRun<TextBatch> run(TextClassifier model, Path folder, ClassificationConfig config) {
    return new TrainingRun<>(
        model,
        model.engine(),
        Classification.of(model, model.engine(), train, config),
        train,
        validation,
        folder,
        () -> {},
        JsonMapper.shared().createObjectNode());
  }
}
