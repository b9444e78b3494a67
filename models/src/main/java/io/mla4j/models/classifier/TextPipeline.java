package io.mla4j.models.classifier;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.data.text.RowOrigin;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
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

  public TextPipeline(TextClassifier model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    model.train(false);
  }

  /** Opens a model folder on the native engine, which needs no libtorch. */
  public static TextPipeline open(Path folder) {
    return open(folder, Engines.start("native"));
  }

  /** Opens a model folder on an engine. */
  public static TextPipeline open(Path folder, Engine engine) {
    ClassifierFolder files = new ClassifierFolder(folder);
    files.files().requireComplete();
    Tokenizer tokenizer = files.readTokenizer(files.readConfig());
    try {
      return new TextPipeline(files.read(engine), tokenizer);
    } catch (RuntimeException failure) {
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

  /** Predicts, in batches, in the order given. */
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
    try (BatchIterator batches = loader.batches(0)) {
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
      double[] probabilities = model.forward(batch).softmax().toDoubles();
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

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
