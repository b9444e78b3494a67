package io.mla4j.training;

import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.training.objective.Objective;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * What is trained, for what, on what, and where to.
 *
 * @param model whose parameters are kept in checkpoints
 * @param objective made for the model
 * @param folder the run folder
 * @param keepBest writes the model when it is the best so far
 * @param provenance kept in every checkpoint; its {@code dataChecksums} and {@code configuration}
 *     must not change on resuming
 * @param identity which of the settings may change all the same
 * @param <B> a batch
 */
public record TrainingRun<B extends Batch>(
    Module model,
    Engine engine,
    Objective<B> objective,
    BatchSource<B> train,
    BatchSource<B> validation,
    Path folder,
    Runnable keepBest,
    JsonNode provenance,
    SettingChanges identity) {

  /** A run none of whose settings may change on resuming. */
  public TrainingRun(
      Module model,
      Engine engine,
      Objective<B> objective,
      BatchSource<B> train,
      BatchSource<B> validation,
      Path folder,
      Runnable keepBest,
      JsonNode provenance) {
    this(
        model,
        engine,
        objective,
        train,
        validation,
        folder,
        keepBest,
        provenance,
        SettingChanges.NONE);
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
