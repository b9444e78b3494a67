package io.mla4j.telemetry.report;

import io.mla4j.telemetry.RunEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Reports with invented but plausible contents; {@code main} writes them to look at. */
final class SampleReports {

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private SampleReports() {}

  /** Writes spam.html, intents.html and topics.html into the folder named first. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    Report.write(folder.resolve("spam.html"), spam());
    Report.write(folder.resolve("intents.html"), classes(77));
    Report.write(folder.resolve("topics.html"), classes(6));
  }

  static ReportContent spam() {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("model.attention", "mla");
    configuration.put("model.hiddenSize", "128");
    configuration.put("model.kvLoraRank", "32");
    configuration.put("optimizer.learningRate", "0.0005");
    configuration.put("schedule", "cosine, 100 warm-up steps");
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("mla4j", "0.1.0-SNAPSHOT");
    provenance.put("Java", "25.0.1");
    provenance.put(
        "train.jsonl, SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    provenance.put("seed", "42");
    return ReportContent.titled(
            "Spam classifier on 5,800 real e-mails",
            "4 layers, width 128, multi-head latent attention; trained for 3 epochs on 2 cores.")
        .warning(
            "Training recovered once: the loss became NaN at step 321 and it went on from step 300"
                + " with a learning rate of 2.5e-4.")
        .figure("Accuracy", "99.10 %", "test, 1,160 e-mails; dense attention 99.22 %")
        .figure("Macro-F1", "98.94 %", "mean over 2 classes")
        .figure("Time to train", "3 min 12 s", "21,400 tokens a second")
        .figure("Cache a token", "640 bytes", "dense attention 4 KiB: 6.4 times as much")
        .comparison(attention())
        .charts(RunCharts.of(run(1200)))
        .confusion(new ConfusionMatrix(List.of("ham", "spam"), new long[][] {{812, 4}, {7, 337}}))
        .classes(
            List.of(
                new ClassScore("ham", 0.9915, 0.9951, 0.9933, 816),
                new ClassScore("spam", 0.9883, 0.9797, 0.9839, 344)))
        .calibration(calibration())
        .samples(samples())
        .facts(new Facts("Configuration", configuration))
        .facts(new Facts("Provenance", provenance))
        .build();
  }

  private static Comparison attention() {
    return new Comparison(
        "The same data, seed, steps and size; only the attention differs. Better values are marked.",
        List.of("Mla", "Dense"),
        List.of(
            new Measure("Accuracy", Unit.PERCENT, Measure.Better.HIGHER, List.of(0.991, 0.9922)),
            new Measure("Macro-F1", Unit.PERCENT, Measure.Better.HIGHER, List.of(0.9894, 0.9907)),
            new Measure("Time to train", Unit.SECONDS, Measure.Better.LOWER, List.of(192.0, 181.5)),
            new Measure(
                "Parameters", Unit.COUNT, Measure.Better.NEITHER, List.of(1_912_450.0, 2e6)),
            new Measure(
                "Cache a token", Unit.BYTES, Measure.Better.LOWER, List.of(640.0, 4096.0))));
  }

  static List<RunEvent> run(int steps) {
    Random random = new Random(3);
    List<RunEvent> events = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      Instant time = START.plusMillis(160L * step);
      double loss =
          0.03
              + 0.67 * Math.exp(-step / 120.0)
              + 0.05 * random.nextGaussian() / Math.sqrt(step / 40.0 + 1);
      double rate =
          step < 100
              ? 5e-6 * step
              : 2.5e-4 * (1 + Math.cos(Math.PI * (step - 100) / (steps - 100)));
      double shownLoss = step == 321 ? Double.NaN : Math.max(0.002, loss);
      events.add(
          new RunEvent.Step(
              time,
              step,
              step / 400.0,
              shownLoss,
              rate,
              step == 320 ? 812 : 0.4 + random.nextDouble() + 8.0 / (step + 3),
              21_000 + 900 * random.nextGaussian(),
              0.16));
      if (step == 321) {
        events.add(new RunEvent.Recovery(time, 300, "The loss became NaN at step 321.", 2.5e-4));
      }
      if (step % 100 == 0) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", 0.045 + 0.6 * Math.exp(-step / 150.0));
        figures.put("accuracy", 0.9905 - 0.3 * Math.exp(-step / 140.0));
        figures.put("macroF1", 0.9885 - 0.34 * Math.exp(-step / 140.0));
        events.add(new RunEvent.Evaluation(time, step, "validation", figures));
      }
    }
    return events;
  }

  private static Calibration calibration() {
    List<Calibration.Bin> bins = new ArrayList<>();
    long[] counts = {0, 0, 0, 0, 0, 6, 9, 14, 41, 1090};
    double[] accuracies = {0, 0, 0, 0, 0, 0.5, 0.778, 0.714, 0.902, 0.998};
    for (int i = 0; i < 10; i++) {
      bins.add(
          new Calibration.Bin(i / 10.0, (i + 1) / 10.0, counts[i], i / 10.0 + 0.06, accuracies[i]));
    }
    return new Calibration(0.0071, bins);
  }

  private static List<SamplePrediction> samples() {
    return List.of(
        new SamplePrediction(
            "Subject: Minutes of Tuesday's meeting\n\nHi all,\nattached are the minutes. Please send"
                + " corrections by Friday, then I will put them on the wiki.\n\nRegards\nJo",
            "ham",
            "ham",
            0.9987),
        new SamplePrediction(
            "Subject: You have been SELECTED!!!\n\n<b>Dear friend</b>, click below & claim your"
                + " prize of $1,000,000 before midnight. No purchase necessary. "
                + "To unsubscribe reply with REMOVE. ".repeat(12),
            "spam",
            "spam",
            0.9999),
        new SamplePrediction(
            "Subject: Your monthly newsletter\n\nThis month: five offers for subscribers, an"
                + " interview, and a reader's garden.",
            "ham",
            "spam",
            0.7312));
  }

  static ReportContent classes(int count) {
    List<String> labels = new ArrayList<>();
    String[] verbs = {"change", "cancel", "declined", "pending", "lost", "exchange", "verify"};
    String[] nouns = {
      "card_payment",
      "cash_withdrawal",
      "transfer",
      "top_up",
      "pin",
      "passcode",
      "rate",
      "identity",
      "balance_not_updated_after_bank_transfer",
      "fee",
      "refund"
    };
    for (int i = 0; i < count; i++) {
      labels.add(verbs[i % verbs.length] + "_" + nouns[(i / verbs.length) % nouns.length]);
    }
    Random random = new Random(5);
    long[][] counts = new long[count][count];
    List<ClassScore> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (int example = 0; example < 40; example++) {
        int near = Math.min(count - 1, (i / 7) * 7 + random.nextInt(7));
        int predicted =
            random.nextInt(100) < 86 ? i : random.nextInt(3) > 0 ? near : random.nextInt(count);
        counts[i][predicted]++;
      }
      double recall = counts[i][i] / 40.0;
      scores.add(new ClassScore(labels.get(i), recall * 0.98, recall, recall * 0.99, 40));
    }
    return ReportContent.titled("Intents of bank customers, " + count + " classes", "")
        .figure("Accuracy", "86.40 %", "official test set")
        .charts(RunCharts.of(run(5000)))
        .confusion(new ConfusionMatrix(labels, counts))
        .classes(scores)
        .build();
  }
}
