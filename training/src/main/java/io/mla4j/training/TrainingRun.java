package io.mla4j.training;

import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What is trained, on what, and where to.
 *
 * @param folder the run folder
 * @param keepBest writes the model when it is the best so far
 * @param provenance kept in every checkpoint; its {@code dataChecksums} and {@code configuration}
 *     must not change on resuming
 * @param mayChange dotted names of settings in the configuration that may, as they decide nothing
 *     about the result
 * @param <M> the model
 */
public record TrainingRun<M extends Module & Forward<TextBatch>>(
    M model,
    Engine engine,
    BatchSource train,
    BatchSource validation,
    Path folder,
    Runnable keepBest,
    JsonNode provenance,
    Set<String> mayChange) {

  /** A run none of whose settings may change on resuming. */
  public TrainingRun(
      M model,
      Engine engine,
      BatchSource train,
      BatchSource validation,
      Path folder,
      Runnable keepBest,
      JsonNode provenance) {
    this(model, engine, train, validation, folder, keepBest, provenance, Set.of());
  }

  /**
   * Checks that a checkpoint in the folder, if there is one, can be read and is this run's own;
   * writes nothing.
   *
   * @throws io.mla4j.checkpoint.CheckpointException if it is damaged
   * @throws TrainingException naming the data or settings that changed
   */
  public void requireResumable() {
    TrainingFiles.requireResumable(this);
  }
}
