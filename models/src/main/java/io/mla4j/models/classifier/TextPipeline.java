package io.mla4j.models.classifier;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.NotFiniteException;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text in, predictions out. For one thread at a time. */
public final class TextPipeline implements AutoCloseable {

  private static final int BATCH = 32;

  private final TextClassifier model;
  private final Tokenizer tokenizer;
  private final Optional<Engine> started;

  /** Takes over model and tokenizer, which its closing closes; the engine stays the caller's. */
  public TextPipeline(TextClassifier model, Tokenizer tokenizer) {
    this(model, tokenizer, Optional.empty());
  }

  private TextPipeline(TextClassifier model, Tokenizer tokenizer, Optional<Engine> started) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.started = started;
    model.train(false);
  }

  /**
   * Opens a model folder on a native engine of its own, which needs no libtorch and is closed with
   * the pipeline.
   */
  public static TextPipeline open(Path folder) {
    Engine engine = Engines.start("native");
    try {
      return open(folder, engine, Optional.of(engine));
    } catch (RuntimeException | Error failure) {
      engine.close();
      throw failure;
    }
  }

  /** Opens a model folder on an engine, which stays the caller's to close. */
  public static TextPipeline open(Path folder, Engine engine) {
    return open(folder, engine, Optional.empty());
  }

  private static TextPipeline open(Path folder, Engine engine, Optional<Engine> started) {
    ClassifierFolder files = new ClassifierFolder(folder);
    files.files().requireComplete();
    Tokenizer tokenizer = files.readTokenizer(files.readConfig());
    try {
      return new TextPipeline(files.read(engine), tokenizer, started);
    } catch (RuntimeException | Error failure) {
      tokenizer.close();
      throw failure;
    }
  }

  public TextClassifier model() {
    return model;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** How this model's documents become chunks; training, evaluation and prediction share it. */
  public static ContextWindow window(TextClassifierConfig config, Tokenizer tokenizer) {
    return config.window().over(tokenizer);
  }

  public Prediction predict(String text) {
    return predict(List.of(text)).get(0);
  }

  /**
   * Predicts, in batches, in the order given.
   *
   * @throws NotFiniteException if the model gives no numbers
   */
  public List<Prediction> predict(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    DataLoader loader =
        DataLoader.builder(examples(texts), tokenizer)
            .window(window(model.config(), tokenizer))
            .batchSize(BATCH)
            .sequential()
            .build();
    Prediction[] predictions = new Prediction[texts.size()];
    try (BatchIterator<TextBatch> batches = loader.batches(0)) {
      while (batches.hasNext()) {
        predict(batches.next(), loader, predictions);
      }
    }
    return List.of(predictions);
  }

  private void predict(TextBatch batch, DataLoader texts, Prediction[] predictions) {
    int classes = model.config().task().numClasses();
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      Tensor logits = NotFiniteException.require(model.forward(batch), "scores of the classes");
      double[] probabilities = logits.softmax().toDoubles();
      for (int i = 0; i < batch.documents(); i++) {
        double[] row = java.util.Arrays.copyOfRange(probabilities, i * classes, (i + 1) * classes);
        int text = batch.rows()[i];
        predictions[text] =
            Prediction.of(model.config().task().labels(), row, texts.cutTokens(text));
      }
    }
  }

  private static List<TextExample> examples(List<String> texts) {
    List<TextExample> examples = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      RowOrigin origin = new RowOrigin(Path.of("input"), i + 1);
      examples.add(new TextExample(texts.get(i), Optional.empty(), origin));
    }
    return examples;
  }

  /** Frees the model and the tokenizer, and ends the engine if {@link #open(Path)} started it. */
  @Override
  public void close() {
    try (tokenizer;
        model) {
      // Closed from the last to the first, each whatever the other does.
    } finally {
      started.ifPresent(Engine::close);
    }
  }
}
