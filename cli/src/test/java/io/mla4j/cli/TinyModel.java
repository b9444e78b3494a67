package io.mla4j.cli;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.BpeVocabulary;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.classifier.ClassifierFolder;
import io.mla4j.models.classifier.TextClassifier;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.nn.Initializer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A spam classifier of the usual shape with random weights, or one that has no opinion but a bias:
 * spam with probability 1 / (1 + 1/e) whatever the text.
 */
final class TinyModel {

  static final List<String> TEXTS =
      List.of(
          "You won a prize, click here now",
          "The meeting is moved to Monday",
          "Cheap watches, cheap pills, click here",
          "Please find the minutes of the meeting attached");

  static final double SPAM = 1 / (1 + Math.exp(-1));
  static final int VOCABULARY = 280;

  private TinyModel() {}

  static Path random(Path folder) {
    return write(folder, false);
  }

  static Path biased(Path folder) {
    return write(folder, true);
  }

  static BpeVocabulary vocabulary(int size) {
    BpeOptions options = BpeOptions.ofSize(size);
    return BpeTrainer.train(TEXTS, options, BpeProgress.NONE);
  }

  private static Path write(Path folder, boolean biased) {
    BpeVocabulary vocabulary = vocabulary(VOCABULARY);
    ClassifierFolder files = new ClassifierFolder(folder);
    TextClassifierConfig config =
        TextClassifierConfig.defaults()
            .resolved(vocabulary.tokens().size(), List.of("ham", "spam"));
    try (Engine engine = Engines.start("native");
        Tokenizer tokenizer = vocabulary.tokenizer();
        TextClassifier model = new TextClassifier(config, Initializer.random(engine, 7))) {
      if (biased) {
        decide(model, engine);
      }
      files.write(model, tokenizer, provenance());
    }
    return folder;
  }

  private static void decide(TextClassifier model, Engine engine) {
    int width = model.config().encoder().hiddenSize();
    try (TensorScope scope = TensorScope.open()) {
      model
          .namedParameters()
          .get("score.weight")
          .set(engine.ofFloats(new float[2 * width], 2, width));
      model.namedParameters().get("score.bias").set(engine.ofFloats(new float[] {0, 1}, 2));
    }
  }

  private static Provenance provenance() {
    return new Provenance(
        Instant.parse("2026-01-02T03:04:05Z"),
        Map.of("mla4j", "test"),
        7,
        Map.of("train.jsonl", "0".repeat(64)),
        JsonNodeFactory.instance.objectNode());
  }
}
