package io.mla4j.checkpoint;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Everything a run needs to go on: tensors (parameters, optimizer moments) and a state in JSON, in
 * one safetensors file. It is replaced in one step, so that whatever kills the program leaves the
 * old checkpoint or the new one.
 */
public final class TrainingCheckpoint implements AutoCloseable {

  /** The usual name of the file. */
  public static final String FILE = "checkpoint.safetensors";

  private static final String STATE = "mla4j_training_state";

  private final SafetensorsFile file;
  private final JsonNode state;

  private TrainingCheckpoint(SafetensorsFile file, JsonNode state) {
    this.file = file;
    this.state = state;
  }

  /**
   * Replaces the checkpoint.
   *
   * @throws java.io.UncheckedIOException if it cannot be written; then the old one is untouched
   */
  public static void write(Path path, Map<String, Tensor> tensors, JsonNode state) {
    writeSources(path, TensorSource.of(tensors), state);
  }

  /** Replaces the checkpoint with tensors from wherever their bytes lie. */
  public static void writeSources(Path path, Map<String, TensorSource> tensors, JsonNode state) {
    SafetensorsWriter.writeSources(path, tensors, Map.of(STATE, state.toString()));
  }

  /**
   * Opens a checkpoint; close it when the tensors are read.
   *
   * @throws CheckpointException if it is missing, damaged, or a safetensors file of another kind
   */
  public static TrainingCheckpoint read(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new TrainingCheckpoint(file, state(file));
    } catch (RuntimeException failure) {
      file.close();
      throw failure;
    }
  }

  private static JsonNode state(SafetensorsFile file) {
    String text =
        Optional.ofNullable(file.metadata().get(STATE))
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "The file "
                            + file.path()
                            + " is no training checkpoint: it holds tensors but no state."));
    try {
      return CheckpointJson.MAPPER.readTree(text);
    } catch (JacksonException failure) {
      throw new CheckpointException(
          "The training state in %s is not valid JSON: %s."
              .formatted(file.path(), CheckpointJson.reason(failure)),
          failure);
    }
  }

  public JsonNode state() {
    return state;
  }

  /** The tensors' names, in the order of the file. */
  public List<String> names() {
    return file.names();
  }

  /** The tensors in place; valid until this checkpoint is closed. */
  public Safetensors tensors() {
    return file;
  }

  /** Copies a tensor onto an engine. */
  public Tensor read(String name, Engine engine) {
    return file.read(name, engine);
  }

  @Override
  public void close() {
    file.close();
  }
}
