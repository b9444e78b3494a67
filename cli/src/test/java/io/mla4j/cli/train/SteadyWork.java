package io.mla4j.cli.train;

import io.mla4j.config.ConfigReader;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.training.Trainer;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.TrainingObserver;
import io.mla4j.training.TrainingRun;
import io.mla4j.training.classification.Classification;
import io.mla4j.training.classification.ClassificationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** Trains or predicts for long in a JVM of its own and prints its memory now and then. */
final class SteadyWork {

  /** How often the work is repeated; the memory is printed after each. */
  private static final int STRETCHES = 4;

  private static final int TRAINING_STEPS = 1_000;
  private static final int PREDICTIONS = 10_000;

  private SteadyWork() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    SmallTexts.recipe(folder, 1);
    List<String> texts =
        Files.readAllLines(folder.resolve("train.tsv")).stream()
            .skip(1)
            .map(line -> line.substring(0, line.indexOf('\t')))
            .toList();
    Tokenizer tokenizer =
        BpeTrainer.train(texts, BpeOptions.ofSize(400), BpeProgress.NONE).tokenizer();
    boolean training = args[0].equals("train");
    Engine engine = Engines.start(args[0].endsWith("native") ? "native" : "torch");
    TextClassifier model =
        TextClassifier.builder()
            .numClasses(2)
            .vocabSize(tokenizer.vocabularySize())
            .hiddenSize(32)
            .contextTokens(24)
            .build(engine);
    if (training) {
      train(
          model,
          data(folder.resolve("train.tsv"), tokenizer, 8),
          data(folder.resolve("test.tsv"), tokenizer, 50),
          folder);
    } else {
      predict(new TextPipeline(model, tokenizer), texts);
    }
  }

  private static DataLoader data(Path file, Tokenizer tokenizer, int batchSize) {
    return DataLoader.builder(file, tokenizer).contextTokens(24).batchSize(batchSize).build();
  }

  /** Trains as {@code mla4j train} does: with validation every epoch, checkpoints and metrics. */
  private static void train(
      TextClassifier model, DataLoader data, DataLoader validation, Path folder) {
    TrainingRun<TextBatch> run =
        new TrainingRun<>(
            model,
            model.engine(),
            Classification.of(model, model.engine(), data, ClassificationConfig.defaults()),
            data,
            validation,
            folder.resolve("run"),
            () -> {},
            JsonNodeFactory.instance.objectNode());
    int epochs = Math.ceilDiv(STRETCHES * TRAINING_STEPS, (int) data.batchesPerEpoch());
    TrainingObserver reporter =
        new TrainingObserver() {
          @Override
          public void recorded(RunEvent event) {
            if (event instanceof RunEvent.Step step) {
              report((int) step.step(), TRAINING_STEPS);
            }
          }
        };
    TrainingConfig config =
        ConfigReader.override(
            TrainingConfig.class,
            TrainingConfig.defaults("accuracy"),
            List.of("epochs=" + epochs, "adversarialRadius=0.1"));
    new Trainer<>(run, config, reporter).fit();
  }

  private static void predict(TextPipeline pipeline, List<String> texts) {
    for (int i = 0; i < STRETCHES * PREDICTIONS; i++) {
      pipeline.predict(texts.get(i % texts.size()));
      report(i + 1, PREDICTIONS);
    }
  }

  private static void report(int done, int stretch) {
    if (done % stretch == 0) {
      System.out.println("native " + nativeBytes());
    }
  }

  /** What is resident beside the Java heap, which is touched whole. */
  private static long nativeBytes() {
    System.gc();
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * 4096 - Runtime.getRuntime().totalMemory();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
