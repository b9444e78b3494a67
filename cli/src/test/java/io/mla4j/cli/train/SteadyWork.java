package io.mla4j.cli.train;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.optimizer.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
          DataLoader.builder(folder.resolve("train.tsv"), tokenizer)
              .contextTokens(24)
              .batchSize(8)
              .build());
    } else {
      predict(new TextPipeline(model, tokenizer), texts);
    }
  }

  private static void train(TextClassifier model, DataLoader data) throws IOException {
    model.train(true);
    AdamW optimizer = new AdamW(model, 1e-3);
    int step = 0;
    for (long epoch = 0; step < STRETCHES * TRAINING_STEPS; epoch++) {
      try (BatchIterator batches = data.batches(epoch)) {
        while (batches.hasNext() && step < STRETCHES * TRAINING_STEPS) {
          TextBatch batch = batches.next();
          try (TensorScope scope = TensorScope.open()) {
            model.loss(model.forward(batch), batch).backward();
            optimizer.step();
          }
          report(++step, TRAINING_STEPS);
        }
      }
    }
  }

  private static void predict(TextPipeline pipeline, List<String> texts) throws IOException {
    for (int i = 0; i < STRETCHES * PREDICTIONS; i++) {
      pipeline.predict(texts.get(i % texts.size()));
      report(i + 1, PREDICTIONS);
    }
  }

  private static void report(int done, int stretch) throws IOException {
    if (done % stretch == 0) {
      System.out.println("resident " + residentBytes());
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * 4096;
  }
}
