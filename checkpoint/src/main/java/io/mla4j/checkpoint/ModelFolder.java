package io.mla4j.checkpoint;

import io.mla4j.files.AtomicFile;
import io.mla4j.files.Checksum;
import io.mla4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /** What other programs want to know of the tokenizer. */
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** How a language model generates unless told otherwise. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** Larger models are written as several files. */
  private static final long SHARD_BYTES = 5_000_000_000L;

  private static final String PROVENANCE = "mla4j_provenance";
  private static final String TOKENIZER_CHECKSUM = "mla4j_tokenizer_sha256";

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

  /** Writes the weights as other programs expect them. */
  public void writeWeights(Map<String, Tensor> tensors) {
    writeWeights(tensors, Map.of("format", "pt"), SHARD_BYTES);
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

  /** The configuration as a tree, without what {@link #writeConfig} added to it. */
  public ObjectNode readConfig() {
    ObjectNode config = CheckpointJson.readObject(require(configFile()));
    config.remove(List.of(PROVENANCE, TOKENIZER_CHECKSUM));
    return config;
  }

  /**
   * Another file of the folder's layout, if it is there.
   *
   * @throws CheckpointException if it is no JSON object
   */
  public Optional<ObjectNode> read(String file) {
    Path other = path.resolve(file);
    return Files.exists(other) ? Optional.of(CheckpointJson.readObject(other)) : Optional.empty();
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

  /**
   * Writes {@code config.json} with the provenance and, if a tokenizer is there already, its
   * checksum; other programs ignore both.
   */
  public void writeConfig(ObjectNode config, Provenance provenance) {
    ObjectNode whole = config.deepCopy();
    whole.set(PROVENANCE, CheckpointJson.MAPPER.valueToTree(provenance));
    writeConfig(whole);
  }

  /** Writes {@code config.json} of a model of which it is not known where it comes from. */
  public void writeConfig(ObjectNode config) {
    ObjectNode whole = config.deepCopy();
    if (Files.exists(tokenizerFile())) {
      whole.put(TOKENIZER_CHECKSUM, Checksum.of(tokenizerFile()));
    }
    AtomicFile.writeString(configFile(), whole.toPrettyString() + "\n");
  }

  /** Writes another file of the folder's layout. */
  public void write(String file, ObjectNode tree) {
    AtomicFile.writeString(path.resolve(file), tree.toPrettyString() + "\n");
  }

  /**
   * The tokenizer's file.
   *
   * @throws CheckpointException if it is missing, or is not the one the configuration was written
   *     with
   */
  public Path requireTokenizer() {
    Path file = require(tokenizerFile());
    JsonNode expected = CheckpointJson.readObject(require(configFile())).path(TOKENIZER_CHECKSUM);
    if (expected.isString() && !expected.stringValue().equals(Checksum.of(file))) {
      throw new CheckpointException(
          "The tokenizer %s is not the one this model was trained with; restore the file whose"
                  .formatted(file)
              + " SHA-256 is "
              + expected.stringValue()
              + ".");
    }
    return file;
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
    if (Files.isDirectory(path)) {
      return new CheckpointException("The folder %s has no %s; %s.".formatted(path, file, whole));
    }
    return new CheckpointException(
        Files.exists(path)
            ? "The model %s is a file; name the folder it is in, %s; %s."
                .formatted(path, Optional.ofNullable(path.getParent()).orElse(Path.of(".")), whole)
            : "The model folder %s does not exist; %s.".formatted(path, whole));
  }
}
