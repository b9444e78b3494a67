package io.mla4j.models.pair;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.encoder.EncoderFolder;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** A pair regressor on disk: {@code model.safetensors}, {@code config.json}, tokenizer. */
public final class RegressorFolder {

  /** What {@code config.json} calls a pair regressor. */
  public static final String MODEL_TYPE = "mla4j_pair_regressor";

  private static final EncoderFolder.Kind<PairRegressorConfig, PairRegressor> KIND =
      new EncoderFolder.Kind<>(
          MODEL_TYPE, "pair regressor", PairRegressorConfig.class, PairRegressor::new);

  private final EncoderFolder<PairRegressorConfig, PairRegressor> files;

  public RegressorFolder(Path path) {
    this.files = new EncoderFolder<>(new ModelFolder(path), KIND);
  }

  public ModelFolder files() {
    return files.folder();
  }

  static ObjectNode tree(PairRegressorConfig config) {
    return EncoderFolder.tree(KIND, config);
  }

  public void writeWeights(PairRegressor model) {
    files.writeWeights(model);
  }

  /** Writes the whole folder of a model of which it is not known where it comes from. */
  public void write(PairRegressor model, Tokenizer tokenizer) {
    tokenizer.write(files().tokenizerFile());
    files().writeConfig(model.description());
    writeWeights(model);
  }

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException if it is missing or not a pair regressor's
   */
  public PairRegressorConfig readConfig() {
    PairRegressorConfig config = files.readConfig();
    if (!config.head().isKnown()) {
      throw new CheckpointException(
          files().configFile()
              + " lacks the vocab_size or the target_deviation of a trained model.");
    }
    return config;
  }

  /**
   * Reads the whole model onto an engine.
   *
   * @throws CheckpointException if a file is missing or damaged or the weights are not those of the
   *     configuration
   */
  public PairRegressor read(Engine engine) {
    PairRegressorConfig config = readConfig();
    return files.read(config, config.encoder().layers(), engine);
  }

  /** Overwrites a model's parameters with those of the file, which must be the same ones. */
  public void readWeights(PairRegressor model) {
    files.readWeights(model);
  }

  /**
   * Reads the tokenizer.
   *
   * @throws CheckpointException if it is not the model's, or has more tokens than the model
   */
  public Tokenizer readTokenizer(PairRegressorConfig config) {
    return files.readTokenizer(config.head().vocabSize());
  }
}
