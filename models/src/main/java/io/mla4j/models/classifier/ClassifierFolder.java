package io.mla4j.models.classifier;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.models.encoder.EncoderFolder;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** A text classifier on disk: {@code model.safetensors}, {@code config.json}, tokenizer. */
public final class ClassifierFolder {

  /** What {@code config.json} calls a text classifier. */
  public static final String MODEL_TYPE = "mla4j_text_classifier";

  private static final EncoderFolder.Kind<TextClassifierConfig, TextClassifier> KIND =
      new EncoderFolder.Kind<>(
          MODEL_TYPE, "text classifier", TextClassifierConfig.class, TextClassifier::new);

  private final EncoderFolder<TextClassifierConfig, TextClassifier> files;

  public ClassifierFolder(Path path) {
    this.files = new EncoderFolder<>(new ModelFolder(path), KIND);
  }

  public ModelFolder files() {
    return files.folder();
  }

  /** Writes the whole folder. */
  public void write(TextClassifier model, Tokenizer tokenizer, Provenance provenance) {
    writeConfig(model.config(), tokenizer, provenance);
    writeWeights(model);
  }

  /** Writes the whole folder of a model of which it is not known where it comes from. */
  public void write(TextClassifier model, Tokenizer tokenizer) {
    tokenizer.write(files().tokenizerFile());
    files().writeConfig(tree(model.config()));
    writeWeights(model);
  }

  /** Writes all but the weights: the configuration names the tokenizer by its checksum. */
  public void writeConfig(TextClassifierConfig config, Tokenizer tokenizer, Provenance provenance) {
    tokenizer.write(files().tokenizerFile());
    files().writeConfig(tree(config), provenance);
  }

  static ObjectNode tree(TextClassifierConfig config) {
    return EncoderFolder.tree(KIND, config);
  }

  public void writeWeights(TextClassifier model) {
    files.writeWeights(model);
  }

  /**
   * Reads the configuration.
   *
   * @throws CheckpointException if it is missing or not a text classifier's
   */
  public TextClassifierConfig readConfig() {
    TextClassifierConfig config = files.readConfig();
    if (!config.task().isKnown() || config.task().labels().isEmpty()) {
      throw new CheckpointException(
          files().configFile() + " lacks the vocab_size or the labels of a trained model.");
    }
    return config;
  }

  /**
   * Reads the whole model onto an engine.
   *
   * @throws CheckpointException if a file is missing or damaged or the weights are not those of the
   *     configuration, which is found out before anything of its sizes is made
   */
  public TextClassifier read(Engine engine) {
    TextClassifierConfig config = readConfig();
    return files.read(config, config.encoder().layers(), engine);
  }

  /** Overwrites a model's parameters with those of the file, which must be the same ones. */
  public void readWeights(TextClassifier model) {
    files.readWeights(model);
  }

  /**
   * Reads the tokenizer.
   *
   * @throws CheckpointException if it is not the model's, or has more tokens than the model
   */
  public Tokenizer readTokenizer(TextClassifierConfig config) {
    return files.readTokenizer(config.task().vocabSize());
  }
}
