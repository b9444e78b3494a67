package io.mla4j.benchmarks;

import io.mla4j.data.batch.TextBatch;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Times predictions of the classifier of {@link StepModel} with the same random weights on both
 * engines in turn, without the tokenizer, and compares what they predict.
 *
 * <p>Arguments: threads, and a regular expression over the names of the cases, such as {@code "mla
 * 32x.*"}. In a padded case documents have between a quarter of the tokens and all of them.
 */
public final class ClassifierTime {

  private static final List<String> ATTENTIONS = List.of("mla", "dense");
  private static final int[] BATCHES = {1, 32};
  private static final int[] TOKENS = {128, 512};
  private static final double WARM_UP_SECONDS = 1.5;
  private static final double TIMED_SECONDS = 2;
  private static final int FEWEST_SAMPLES = 5;
  private static final int MOST_SAMPLES = 200;

  /** An engine's threads watch for work this long after it, on cores that the other one needs. */
  private static final long REST_MILLIS = 5;

  private final int threads;
  private final Pattern wanted;

  private ClassifierTime(int threads, Pattern wanted) {
    this.threads = threads;
    this.wanted = wanted;
  }

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    Pattern wanted = Pattern.compile(args.length > 1 ? args[1] : ".*");
    new ClassifierTime(threads, wanted).run();
  }

  private record Case(String attention, int documents, int tokens, boolean padded) {
    String name() {
      return attention + " " + documents + "x" + tokens + (padded ? " padded" : "");
    }
  }

  private void run() {
    System.out.printf(
        "%-20s %11s %11s %7s %12s %s%n",
        "case", "native, ms", "torch, ms", "ratio", "difference", "labels");
    for (String attention : ATTENTIONS) {
      for (int documents : BATCHES) {
        for (int tokens : TOKENS) {
          time(new Case(attention, documents, tokens, false));
        }
      }
      time(new Case(attention, 32, 128, true));
    }
  }

  private void time(Case timed) {
    if (!wanted.matcher(timed.name()).matches()) {
      return;
    }
    try (Classifier ours = start("native", timed);
        Classifier theirs = start("torch", timed)) {
      TextBatch batch = batch(timed);
      theirs.warmUp(batch);
      ours.warmUp(batch);
      double[][] samples = samples(ours, theirs, batch);
      double nativeMillis = Figures.median(samples[0]);
      double torchMillis = Figures.median(samples[1]);
      float[] a = ours.logits(batch);
      float[] b = theirs.logits(batch);
      System.out.printf(
          "%-20s %11.3f %11.3f %7.2f %12.1e %s%n",
          timed.name(),
          nativeMillis,
          torchMillis,
          torchMillis / nativeMillis,
          difference(a, b),
          Arrays.equals(labels(a), labels(b)) ? "equal" : "DIFFERENT");
    }
  }

  private Classifier start(String engine, Case timed) {
    Engine started = Engines.start(engine, new EngineOptions(Device.CPU, threads));
    TextClassifier model =
        new TextClassifier(
            StepModel.config(timed.attention(), timed.tokens()), Initializer.random(started, 1));
    return new Classifier(started, model);
  }

  /** A model with its engine. */
  private record Classifier(Engine engine, TextClassifier model) implements AutoCloseable {

    float[] logits(TextBatch batch) {
      try (TensorScope scope = TensorScope.open();
          Engine.Guard guard = engine.noGrad()) {
        return model.forward(batch).toFloats();
      }
    }

    double millis(TextBatch batch) {
      long start = System.nanoTime();
      logits(batch);
      return (System.nanoTime() - start) / 1e6;
    }

    void warmUp(TextBatch batch) {
      long start = System.nanoTime();
      while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9) {
        logits(batch);
      }
    }

    @Override
    public void close() {
      model.close();
      engine.close();
    }
  }

  private static double[][] samples(Classifier ours, Classifier theirs, TextBatch batch) {
    double[][] samples = new double[2][MOST_SAMPLES];
    int count = 0;
    long start = System.nanoTime();
    while (count < MOST_SAMPLES
        && (count < FEWEST_SAMPLES || System.nanoTime() - start < TIMED_SECONDS * 1e9)) {
      samples[0][count] = rested(ours, batch);
      samples[1][count] = rested(theirs, batch);
      count++;
    }
    return new double[][] {
      Arrays.copyOf(samples[0], count), Arrays.copyOf(samples[1], count),
    };
  }

  /** The second of two, as the threads of the first were asleep. */
  private static double rested(Classifier classifier, TextBatch batch) {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("The measurement was interrupted.", interrupted);
    }
    classifier.logits(batch);
    return classifier.millis(batch);
  }

  private static double difference(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  private static int[] labels(float[] logits) {
    return IntStream.range(0, logits.length / StepModel.CLASSES)
        .map(document -> label(logits, document))
        .toArray();
  }

  private static int label(float[] logits, int document) {
    int first = document * StepModel.CLASSES;
    return IntStream.range(first, first + StepModel.CLASSES)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }

  private static TextBatch batch(Case timed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    int documents = timed.documents();
    int tokens = timed.tokens();
    long[] ids = random.longs((long) documents * tokens, 0, StepModel.VOCABULARY).toArray();
    int[] lengths = new int[documents];
    Arrays.fill(lengths, tokens);
    if (timed.padded()) {
      Arrays.setAll(lengths, i -> i == 0 ? tokens : random.nextInt(tokens / 4, tokens + 1));
    }
    int[] each = IntStream.range(0, documents).toArray();
    return new TextBatch(
        documents, documents, tokens, ids, lengths, each, new long[documents], each);
  }
}
