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
import java.util.stream.IntStream;

/**
 * 32 texts of 64 to 512 tokens on the native engine beside 32 texts of one length that take as many
 * operations: what different lengths cost. The two take turns; argument: threads.
 */
public final class RaggedBatchTime {

  private static final int DOCUMENTS = 32;
  private static final int SHORTEST = 64;
  private static final int LONGEST = 512;
  private static final double WARM_UP_SECONDS = 3;
  private static final int SAMPLES = 15;

  private RaggedBatchTime() {}

  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    System.out.printf(
        "%-8s %14s %14s %14s %7s%n", "", "tokens", "different, ms", "one length, ms", "ratio");
    for (String attention : List.of("mla", "dense")) {
      try (Engine engine = Engines.start("native", new EngineOptions(Device.CPU, threads));
          TextClassifier model =
              new TextClassifier(
                  StepModel.config(attention, LONGEST), Initializer.random(engine, 1))) {
        time(attention, model);
      }
    }
  }

  private static void time(String attention, TextClassifier model) {
    int[] lengths = lengths();
    double wanted = Arrays.stream(lengths).mapToDouble(n -> operations(model, n)).sum();
    int equal = equalLength(model, wanted);
    TextBatch ragged = batch(lengths);
    int[] same = new int[DOCUMENTS];
    Arrays.fill(same, equal);
    TextBatch even = batch(same);
    double[] mine = new double[SAMPLES];
    double[] other = new double[SAMPLES];
    warmUp(model, ragged);
    warmUp(model, even);
    for (int i = 0; i < SAMPLES; i++) {
      mine[i] = millis(model, ragged);
      other[i] = millis(model, even);
    }
    double scale = wanted / (DOCUMENTS * operations(model, equal));
    double evenMillis = Figures.median(other) * scale;
    System.out.printf(
        "%-8s %5d and %3d·%d %14.1f %14.1f %7.3f%n",
        attention,
        Arrays.stream(lengths).sum(),
        DOCUMENTS,
        equal,
        Figures.median(mine),
        evenMillis,
        Figures.median(mine) / evenMillis);
  }

  private static int[] lengths() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    int[] lengths = random.ints(DOCUMENTS, SHORTEST, LONGEST + 1).toArray();
    lengths[0] = SHORTEST;
    lengths[1] = LONGEST;
    return lengths;
  }

  /** Multiply-adds of a text: products with the weights, scores and values. */
  private static double operations(TextClassifier model, int tokens) {
    long table = (long) StepModel.VOCABULARY * StepModel.WIDTH;
    double weights = model.parameterCount() - table;
    int layers = model.config().encoder().layers();
    double pairs = (double) tokens * tokens * layers * 2 * StepModel.WIDTH;
    return weights * tokens + pairs;
  }

  private static int equalLength(TextClassifier model, double wanted) {
    return IntStream.rangeClosed(SHORTEST, LONGEST)
        .filter(n -> DOCUMENTS * operations(model, n) >= wanted)
        .findFirst()
        .orElse(LONGEST);
  }

  private static TextBatch batch(int[] lengths) {
    int longest = Arrays.stream(lengths).max().orElseThrow();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    long[] ids = random.longs((long) DOCUMENTS * longest, 0, StepModel.VOCABULARY).toArray();
    int[] each = IntStream.range(0, DOCUMENTS).toArray();
    return new TextBatch(
        DOCUMENTS, DOCUMENTS, longest, ids, lengths, each, new long[DOCUMENTS], each);
  }

  private static void warmUp(TextClassifier model, TextBatch batch) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9) {
      millis(model, batch);
    }
  }

  private static double millis(TextClassifier model, TextBatch batch) {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      model.forward(batch).toFloats();
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
