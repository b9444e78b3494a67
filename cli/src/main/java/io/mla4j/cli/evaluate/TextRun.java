package io.mla4j.cli.evaluate;

import io.mla4j.cli.console.Facts;
import io.mla4j.cli.console.Quantity;
import io.mla4j.data.corpus.TokenCorpus;
import io.mla4j.data.corpus.TokenWindows;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.causal.LanguageModel;
import io.mla4j.nn.NotFiniteException;
import io.mla4j.tensor.Engine;
import io.mla4j.training.language.LanguageEvaluation;
import io.mla4j.training.language.LanguageModeling;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A language model, measured on a text on an engine.
 *
 * @param engine its name
 */
record TextRun(String engine, Window window, LanguageEvaluation evaluation) {

  /** Tokens that pass through a model at once. */
  private static final int AT_ONCE = 8192;

  /** The window that slides over a text, in tokens. */
  record Window(int context, int stride) {}

  /** How far two engines agree on a text. */
  record Agreement(String engine, String otherEngine, double lossDifference) {}

  static TextRun of(
      Path folder, Engine engine, TokenCorpus text, Window window, LongConsumer progress) {
    try (LanguageModel opened = LanguageModel.open(folder, engine, Optional.empty())) {
      CausalModel model = opened.model();
      int atOnce = Math.max(1, AT_ONCE / window.context());
      TokenWindows windows = new TokenWindows(text, window.context(), window.stride(), atOnce);
      LanguageEvaluation evaluation =
          new LanguageModeling<>(model, engine).evaluate(windows, progress);
      NotFiniteException.require(evaluation.loss(), "scores of the next token");
      return new TextRun(engine.name(), window, evaluation);
    }
  }

  Agreement agreement(TextRun other) {
    double difference = Math.abs(evaluation.loss() - other.evaluation.loss());
    return new Agreement(engine, other.engine, difference);
  }

  private double tokensPerSecond() {
    return evaluation.examples() / evaluation.seconds();
  }

  void print(PrintWriter out, int threads) {
    Facts facts =
        new Facts()
            .heading(
                "%,d tokens of a text of %s"
                    .formatted(evaluation.examples(), Quantity.bytes(evaluation.bytes())))
            .fact("perplexity", "%.4f".formatted(evaluation.perplexity()))
            .fact("loss", "%.4f nats a token".formatted(evaluation.loss()))
            .fact("bits a byte", "%.4f".formatted(evaluation.bitsPerByte()))
            .fact(
                "window", "%,d tokens, moving by %,d".formatted(window.context(), window.stride()));
    if (!evaluation.loads().isEmpty()) {
      facts.fact(
          "busiest expert",
          "%.2f times an equal share of the tokens".formatted(evaluation.loads().imbalance()));
    }
    facts
        .fact(
            "speed",
            "%s in %s, %s engine, %s"
                .formatted(
                    Quantity.rate(tokensPerSecond(), "tokens"),
                    Quantity.seconds(evaluation.seconds()),
                    engine,
                    Quantity.count(threads, "thread")))
        .print(out);
  }

  static void print(PrintWriter out, Agreement agreement) {
    out.println();
    out.printf(
        "The %s engine's loss differs from the %s engine's by %.2g.%n",
        agreement.engine(), agreement.otherEngine(), agreement.lossDifference());
  }

  /** What {@code --json} writes. */
  Map<String, Object> figures(Path model, Path data, int threads) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", model);
    figures.put("data", data);
    figures.put("engine", engine);
    figures.put("threads", threads);
    figures.put("tokens", evaluation.examples());
    figures.put("bytes", evaluation.bytes());
    figures.put("context", window.context());
    figures.put("stride", window.stride());
    figures.putAll(evaluation.figures());
    if (!evaluation.loads().isEmpty()) {
      figures.put("expertShares", evaluation.loads().shares());
    }
    figures.put("seconds", evaluation.seconds());
    figures.put("tokensPerSecond", tokensPerSecond());
    return figures;
  }
}
