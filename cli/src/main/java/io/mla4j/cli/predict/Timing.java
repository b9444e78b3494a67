package io.mla4j.cli.predict;

import io.mla4j.cli.console.Quantity;
import io.mla4j.models.classifier.TextPipeline;
import java.util.Arrays;

/**
 * How long one prediction takes in a JVM that is warm, from text to probabilities.
 *
 * @param tokens of the text
 * @param runs that were timed
 * @param medianMillis half of the runs took less
 * @param p10Millis a tenth of the runs took less
 * @param p90Millis a tenth of the runs took more
 */
record Timing(int tokens, int runs, double medianMillis, double p10Millis, double p90Millis) {

  private static final int RUNS = 50;
  private static final int LEAST_WARMUPS = 20;
  private static final int MOST_WARMUPS = 2_000;
  private static final long WARMUP_NANOS = 3_000_000_000L;

  static Timing of(TextPipeline pipeline, String text) {
    warmUp(pipeline, text);
    double[] millis = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      pipeline.predict(text);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    int tokens = pipeline.tokenizer().encode(text).length;
    return new Timing(
        tokens,
        RUNS,
        (millis[RUNS / 2 - 1] + millis[RUNS / 2]) / 2,
        millis[RUNS / 10],
        millis[RUNS - 1 - RUNS / 10]);
  }

  /** Until the JVM has compiled what runs often. */
  private static void warmUp(TextPipeline pipeline, String text) {
    long start = System.nanoTime();
    for (int i = 0; i < MOST_WARMUPS; i++) {
      pipeline.predict(text);
      if (i >= LEAST_WARMUPS && System.nanoTime() - start > WARMUP_NANOS) {
        return;
      }
    }
  }

  String sentence(String engine, int threads) {
    return "One prediction of %s takes %s: median of %d, %s to %s for eight of ten; %s engine, %s, start of the JVM excluded."
        .formatted(
            Quantity.count(tokens, "token"),
            millis(medianMillis),
            runs,
            millis(p10Millis),
            millis(p90Millis),
            engine,
            Quantity.count(threads, "thread"));
  }

  private static String millis(double millis) {
    return Quantity.seconds(millis / 1000);
  }
}
