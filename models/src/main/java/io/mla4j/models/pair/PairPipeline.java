package io.mla4j.models.pair;

import io.mla4j.data.batch.BatchIterator;
import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.PairBatch;
import io.mla4j.data.batch.PairLoader;
import io.mla4j.data.text.TextExample;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.nn.NotFiniteException;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Two texts in, a number out. For one thread at a time. */
public final class PairPipeline implements AutoCloseable {

  private static final int BATCH = 32;

  private final PairRegressor model;
  private final Tokenizer tokenizer;

  /** Takes over model and tokenizer, which its closing closes; the engine stays the caller's. */
  public PairPipeline(PairRegressor model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    model.train(false);
  }

  /** Opens a model folder on an engine, which stays the caller's to close. */
  public static PairPipeline open(Path folder, Engine engine) {
    RegressorFolder files = new RegressorFolder(folder);
    files.files().requireComplete();
    Tokenizer tokenizer = files.readTokenizer(files.readConfig());
    try {
      return new PairPipeline(files.read(engine), tokenizer);
    } catch (RuntimeException | Error failure) {
      tokenizer.close();
      throw failure;
    }
  }

  public PairRegressor model() {
    return model;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** How this model's texts become chunks; training, evaluation and prediction share it. */
  public static ContextWindow window(PairRegressorConfig config, Tokenizer tokenizer) {
    return config.window().over(tokenizer);
  }

  /**
   * The numbers of pairs, in the order given.
   *
   * @param pairs each with a second text; labels are not looked at
   * @throws NotFiniteException if the model gives no numbers
   */
  public double[] predict(List<TextExample> pairs) {
    List<TextExample> unlabelled =
        pairs.stream()
            .map(p -> new TextExample(p.text(), p.pair(), java.util.Optional.empty(), p.origin()))
            .toList();
    double[] numbers = new double[pairs.size()];
    PairLoader loader =
        new PairLoader(
            unlabelled, tokenizer, window(model.config(), tokenizer), BATCH, OptionalLong.empty());
    try (BatchIterator<PairBatch> batches = loader.batches(0)) {
      while (batches.hasNext()) {
        predict(batches.next(), numbers);
      }
    }
    return numbers;
  }

  private void predict(PairBatch batch, double[] numbers) {
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = model.engine().noGrad()) {
      double[] values =
          NotFiniteException.require(model.forward(batch), "a pair's number").toDoubles();
      for (int i = 0; i < batch.pairs(); i++) {
        numbers[batch.rows()[i]] = values[i];
      }
    }
  }

  /** Frees the model and the tokenizer. */
  @Override
  public void close() {
    try (tokenizer;
        model) {
      // Closed from the last to the first, each whatever the other does.
    }
  }
}
