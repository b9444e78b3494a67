package io.mla4j.benchmarks;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.ClipGradients;
import io.mla4j.training.optimizer.AdamW;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Times training steps of the model in {@code benchmarks/peers/train_step.py}: forward, cross
 * entropy, backward, clipping, AdamW and reading the loss, on one batch of 32 × 256 random tokens.
 *
 * <p>Arguments: {@code dense|mla}, threads, timed steps.
 */
public final class TrainingStepTime {

  private static final int BATCH = 32;
  private static final int TOKENS = 256;
  private static final int WARM_UP = 5;

  private TrainingStepTime() {}

  public static void main(String[] args) {
    String attention = args.length > 0 ? args[0] : "mla";
    int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int steps = args.length > 2 ? Integer.parseInt(args[2]) : 20;
    Engine engine = Engines.start("torch", new EngineOptions(Device.CPU, threads));
    try (TextClassifier model =
            new TextClassifier(StepModel.config(attention, TOKENS), Initializer.random(engine, 1));
        AdamW optimizer = new AdamW(model, 1e-3)) {
      model.train(true);
      TextBatch batch = batch();
      IntStream.range(0, WARM_UP).forEach(i -> step(engine, model, optimizer, batch));
      double[] millis =
          IntStream.range(0, steps)
              .mapToDouble(i -> step(engine, model, optimizer, batch))
              .sorted()
              .toArray();
      System.out.printf(
          "{\"attention\": \"%s\", \"threads\": %d, \"median_ms\": %.1f, \"min_ms\": %.1f,"
              + " \"all_ms\": %s}%n",
          attention, threads, millis[millis.length / 2], millis[0], Arrays.toString(millis));
    }
  }

  private static double step(
      Engine engine, TextClassifier model, AdamW optimizer, TextBatch batch) {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open()) {
      Tensor loss = model.loss(model.forward(batch), batch);
      loss.backward();
      engine.run(new ClipGradients(optimizer.parameters(), 1.0));
      optimizer.step();
      if (!Double.isFinite(loss.item())) {
        throw new IllegalStateException("The loss is not finite.");
      }
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static TextBatch batch() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    long[] ids = random.longs((long) BATCH * TOKENS, 0, StepModel.VOCABULARY).toArray();
    int[] lengths = new int[BATCH];
    Arrays.fill(lengths, TOKENS);
    int[] documents = IntStream.range(0, BATCH).toArray();
    long[] labels = random.longs(BATCH, 0, 2).toArray();
    return new TextBatch(BATCH, BATCH, TOKENS, ids, lengths, documents, labels, documents);
  }
}
