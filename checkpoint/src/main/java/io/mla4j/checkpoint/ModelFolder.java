package io.mla4j.checkpoint;

import io.mla4j.files.AtomicFile;
import io.mla4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's folder in the layout of the Hugging Face hub: weights, {@code config.json} and {@code
 * tokenizer.json}.
 */
public record ModelFolder(Path path) {

  /** The weights, where one file holds them. */
  public static final String WEIGHTS = "model.safetensors";

  /** The index of the weights, where several files hold them. */
  public static final String WEIGHTS_INDEX = "model.safetensors.index.json";

  public static final String CONFIG = "config.json";
  public static final String TOKENIZER = "tokenizer.json";

  private static final String PROVENANCE = "mla4j_provenance";

  public Path weightsFile() {
    return path.resolve(WEIGHTS);
  }

  public Path configFile() {
    return path.resolve(CONFIG);
  }

  public Path tokenizerFile() {
    return path.resolve(TOKENIZER);
  }

  /**
   * Checks that weights, configuration and tokenizer are all there.
   *
   * @throws CheckpointException naming what is missing
   */
  public ModelFolder requireComplete() {
    if (!Files.exists(weightsFile())) {
      requireWeightsIndex();
    }
    require(configFile());
    require(tokenizerFile());
    return this;
  }

  /** Opens the weights, from one file or several. */
  public Safetensors openWeights() {
    if (!Files.exists(weightsFile())) {
      requireWeightsIndex();
    }
    return Safetensors.open(path);
  }

  /**
   * Writes the weights and removes older ones of the other layout.
   *
   * @param shardBytes the most bytes in one file, above which several are written
   */
  public void writeWeights(
      Map<String, Tensor> tensors, Map<String, String> metadata, long shardBytes) {
    writeWeightSources(TensorSource.of(tensors), metadata, shardBytes);
  }

  /** Writes weights from wherever their bytes lie. */
  public void writeWeightSources(
      Map<String, TensorSource> tensors, Map<String, String> metadata, long shardBytes) {
    ShardedWriter.write(path, tensors, metadata, shardBytes);
  }

  /** The configuration as a tree; the provenance in it, if any, is left out. */
  public ObjectNode readConfig() {
    ObjectNode config = CheckpointJson.readObject(require(configFile()));
    config.remove(PROVENANCE);
    return config;
  }

  /** Where the model comes from, if the configuration says so. */
  public Optional<Provenance> readProvenance() {
    JsonNode node = CheckpointJson.readObject(require(configFile())).path(PROVENANCE);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CheckpointJson.MAPPER.treeToValue(node, Provenance.class));
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "The file %s has a %s that cannot be read: %s."
              .formatted(configFile(), PROVENANCE, CheckpointJson.reason(failure)),
          failure);
    }
  }

  /** Writes {@code config.json}; other programs ignore the provenance in it. */
  public void writeConfig(ObjectNode config, Provenance provenance) {
    ObjectNode whole = config.deepCopy();
    whole.set(PROVENANCE, CheckpointJson.MAPPER.valueToTree(provenance));
    AtomicFile.writeString(configFile(), whole.toPrettyString() + "\n");
  }

  /** The tokenizer's file, which must exist. */
  public Path requireTokenizer() {
    return require(tokenizerFile());
  }

  private void requireWeightsIndex() {
    if (!Files.exists(path.resolve(WEIGHTS_INDEX))) {
      throw missing(WEIGHTS + " (or " + WEIGHTS_INDEX + ")");
    }
  }

  private Path require(Path file) {
    if (!Files.isRegularFile(file)) {
      throw missing(file.getFileName().toString());
    }
    return file;
  }

  private CheckpointException missing(String file) {
    String whole = "a model folder holds " + WEIGHTS + ", " + CONFIG + " and " + TOKENIZER;
    return new CheckpointException(
        Files.isDirectory(path)
            ? "The folder %s has no %s; %s.".formatted(path, file, whole)
            : "The model folder %s does not exist; %s.".formatted(path, whole));
  }
}
