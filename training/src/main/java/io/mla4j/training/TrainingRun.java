package io.mla4j.training;

import io.mla4j.data.batch.BatchSource;
import io.mla4j.data.batch.TextBatch;
import io.mla4j.nn.Forward;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * What is trained, on what, and where to.
 *
 * @param folder the run folder
 * @param keepBest writes the model when it is the best so far
 * @param provenance kept in every checkpoint; its {@code dataChecksums} must not change on resuming
 * @param <M> the model
 */
public record TrainingRun<M extends Module & Forward<TextBatch>>(
    M model,
    Engine engine,
    BatchSource train,
    BatchSource validation,
    Path folder,
    Runnable keepBest,
    JsonNode provenance) {}
