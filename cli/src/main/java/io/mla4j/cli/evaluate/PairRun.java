package io.mla4j.cli.evaluate;

import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import io.mla4j.data.batch.PairLoader;
import io.mla4j.data.text.TextExample;
import io.mla4j.files.AtomicFile;
import io.mla4j.models.pair.PairRegressor;
import io.mla4j.models.pair.RegressorFolder;
import io.mla4j.nn.NotFiniteException;
import io.mla4j.tensor.Engine;
import io.mla4j.training.regression.Correlation;
import io.mla4j.training.regression.Regression;
import io.mla4j.training.regression.RegressionEvaluation;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model of pairs of texts, measured on an engine.
 *
 * @param engine its name
 */
record PairRun(String engine, RegressionEvaluation evaluation) {

  /** How far two engines agree on the same pairs. */
  record Agreement(String engine, String otherEngine, double largestDifference) {}

  /** A pair as {@code --predictions} writes it. */
  record Line(long line, double predicted, double target, String text, String pair) {}

  static PairRun of(RegressorFolder folder, Engine engine, PairLoader data, LongConsumer progress) {
    try (PairRegressor model = folder.read(engine)) {
      RegressionEvaluation evaluation = new Regression<>(model, engine).evaluate(data, progress);
      evaluation.predicted().forEach(each -> NotFiniteException.require(each, "a pair's number"));
      return new PairRun(engine.name(), evaluation);
    }
  }

  /** A number that is none differs from every other. */
  Agreement agreement(PairRun other) {
    double largest = 0;
    for (int i = 0; i < evaluation.predicted().size(); i++) {
      double difference =
          Math.abs(evaluation.predicted().get(i) - other.evaluation.predicted().get(i));
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return new Agreement(engine, other.engine, largest);
  }

  private double pairsPerSecond() {
    return evaluation.examples() / evaluation.seconds();
  }

  void print(PrintWriter out, int threads) {
    Correlation pearson = evaluation.pearson();
    new Facts()
        .heading("%,d pairs".formatted(evaluation.examples()))
        .fact("Pearson", "%.4f".formatted(pearson.value()))
        .fact(
            "95 % interval",
            "%.4f to %.4f (Fisher's z)"
                .formatted(pearson.interval().low(), pearson.interval().high()))
        .fact("Spearman", "%.4f".formatted(evaluation.spearman().value()))
        .fact("error", "%.4f (root mean square)".formatted(Math.sqrt(evaluation.loss())))
        .fact(
            "speed",
            "%s in %s, %s engine, %s"
                .formatted(
                    Quantity.rate(pairsPerSecond(), "pairs"),
                    Quantity.seconds(evaluation.seconds()),
                    engine,
                    Quantity.count(threads, "thread")))
        .print(out);
  }

  static void print(PrintWriter out, Agreement agreement) {
    out.println();
    out.printf(
        "The %s engine's numbers differ from the %s engine's by %.2g at most.%n",
        agreement.engine(), agreement.otherEngine(), agreement.largestDifference());
  }

  /** What {@code --json} writes. */
  Map<String, Object> figures(Path model, Path data, int threads, PairLoader pairs) {
    Correlation pearson = evaluation.pearson();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model);
    figures.put("data", data);
    figures.put("engine", engine);
    figures.put("threads", threads);
    figures.put("pairs", evaluation.examples());
    figures.put("pearson", pearson.value());
    figures.put("pearsonLow", pearson.interval().low());
    figures.put("pearsonHigh", pearson.interval().high());
    figures.put("spearman", evaluation.spearman().value());
    figures.put("loss", evaluation.loss());
    figures.put("rootMeanSquareError", Math.sqrt(evaluation.loss()));
    figures.put("seconds", evaluation.seconds());
    figures.put("pairsPerSecond", pairsPerSecond());
    figures.put("lengths", pairs.lengths());
    return figures;
  }

  /** Writes every prediction as a line of JSON. */
  void writePredictions(Path file, List<TextExample> pairs) {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < pairs.size(); row++) {
      TextExample pair = pairs.get(row);
      Line line =
          new Line(
              pair.origin().line(),
              evaluation.predicted().get(row),
              evaluation.targets().get(row),
              pair.text(),
              pair.pair().orElse(""));
      lines.append(JsonMapper.shared().writeValueAsString(line)).append('\n');
    }
    AtomicFile.writeStream(
        file, stream -> stream.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
