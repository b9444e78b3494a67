package io.mla4j.training;

import io.mla4j.checkpoint.TrainingCheckpoint;
import io.mla4j.nn.Module;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.training.optimizer.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes and reads the one file a run is resumed from. */
final class TrainingFiles {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String PROGRESS = "progress";
  private static final String PROVENANCE = "provenance";

  private final Path checkpoint;
  private final Module model;
  private final Optimizer optimizer;
  private final TrainingRun<?> run;

  TrainingFiles(TrainingRun<?> run, Optimizer optimizer) {
    this.checkpoint = checkpoint(run);
    this.model = run.model();
    this.optimizer = optimizer;
    this.run = run;
  }

  private static Path checkpoint(TrainingRun<?> run) {
    return run.folder().resolve(TrainingCheckpoint.FILE);
  }

  boolean exists() {
    return Files.exists(checkpoint);
  }

  static void requireResumable(TrainingRun<?> run) {
    if (Files.exists(checkpoint(run))) {
      try (TrainingCheckpoint saved = TrainingCheckpoint.read(checkpoint(run))) {
        requireSameRun(run, saved);
      }
    }
  }

  void write(TrainingState state) {
    ObjectNode json = MAPPER.createObjectNode();
    json.set(PROGRESS, MAPPER.valueToTree(state));
    json.set(PROVENANCE, run.provenance());
    TrainingCheckpoint.write(checkpoint, tensors(), json);
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    model.namedParameters().forEach((name, p) -> tensors.put("model." + name, p.value()));
    optimizer.state().forEach((name, tensor) -> tensors.put("optimizer." + name, tensor));
    return tensors;
  }

  /** Restores parameters and moments and returns where training stood. */
  TrainingState read(Engine engine) {
    try (TrainingCheckpoint saved = TrainingCheckpoint.read(checkpoint)) {
      requireSameRun(run, saved);
      Map<String, Tensor> targets = tensors();
      Map<String, io.mla4j.tensor.Shape> shapes = new LinkedHashMap<>();
      targets.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
      saved.tensors().requireExactly(shapes);
      targets.forEach(
          (name, target) -> {
            try (TensorScope scope = TensorScope.open()) {
              target.copyInPlace(saved.read(name, engine));
            }
          });
      TrainingState state = MAPPER.treeToValue(saved.state().path(PROGRESS), TrainingState.class);
      optimizer.resumeAt(state.step());
      return state;
    }
  }

  private static void requireSameRun(TrainingRun<?> run, TrainingCheckpoint saved) {
    // Through text, as the saved one went, so that a number is of the same type in both.
    JsonNode now = MAPPER.readTree(run.provenance().toString());
    new SameRun(checkpoint(run), run.identity()).require(saved.state().path(PROVENANCE), now);
  }
}
