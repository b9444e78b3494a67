package io.mla4j.models.classifier;

import io.mla4j.checkpoint.Described;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.encoder.TextEncoder;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.operation.CrossEntropy;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says which class a document belongs to: a text encoder and one linear layer. Documents in several
 * chunks are pooled over all of them.
 */
public final class TextClassifier extends TextEncoder implements Forward<TextBatch>, Described {

  private final TextClassifierConfig config;
  private final Optional<Engine> started;
  private final Linear score;

  /**
   * Makes the model.
   *
   * @throws IllegalArgumentException if the vocabulary or the classes are not known yet
   */
  public TextClassifier(TextClassifierConfig config, Initializer initializer) {
    this(config, initializer, Optional.empty());
  }

  /**
   * Makes the model.
   *
   * @param started the engine, if it was started for this model alone and ends with it
   */
  TextClassifier(TextClassifierConfig config, Initializer initializer, Optional<Engine> started) {
    super(known(config).textEncoder(), initializer);
    this.config = config;
    this.started = started;
    int width = config.encoder().hiddenSize();
    this.score = child("score", new Linear(initializer, width, config.task().numClasses(), true));
  }

  private static TextClassifierConfig known(TextClassifierConfig config) {
    if (!config.task().isKnown()) {
      throw new IllegalArgumentException(
          "A text classifier needs vocabSize and numClasses; give them or resolve the config.");
    }
    return config;
  }

  /** A model in a few lines; see {@link TextClassifierBuilder}. */
  public static TextClassifierBuilder builder() {
    return new TextClassifierBuilder();
  }

  public TextClassifierConfig config() {
    return config;
  }

  @Override
  public ObjectNode description() {
    return ClassifierFolder.tree(config);
  }

  /**
   * Scores the classes.
   *
   * @return [documents, C] logits
   */
  @Override
  public Tensor forward(TextBatch batch) {
    return score.forward(encode(batch));
  }

  /** The mean cross-entropy of a batch's labels. */
  public Tensor loss(Tensor logits, TextBatch batch) {
    Tensor labels = engine().ofLongs(batch.labels(), batch.documents());
    return engine().run(CrossEntropy.mean(logits, labels, Optional.empty(), 0));
  }

  /** Writes the folder that {@link TextPipeline#open(Path)} opens. */
  public void save(Path folder, Tokenizer tokenizer) {
    new ClassifierFolder(folder).write(this, tokenizer);
  }

  /** Frees the parameters, and ends the engine if the builder started it. */
  @Override
  public void close() {
    try {
      super.close();
    } finally {
      started.ifPresent(Engine::close);
    }
  }
}
