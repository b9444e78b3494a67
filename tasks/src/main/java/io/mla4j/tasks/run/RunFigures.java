package io.mla4j.tasks.run;

import io.mla4j.tasks.Findings;
import io.mla4j.training.TrainingState;
import java.util.LinkedHashMap;
import java.util.Map;

/** A run's figures by name, for programs. */
public final class RunFigures {

  private RunFigures() {}

  /** Those of the model, and of its baseline with that one's name in front. */
  public static Map<String, Object> of(ComparedRun.Trained trained) {
    TrainedModel run = trained.model();
    TrainingState state = run.outcome().state();
    Map<String, Object> figures = new LinkedHashMap<>(run.found().figures());
    figures.put("parameters", run.found().parameters());
    figures.put("steps", state.step());
    figures.put("bestStep", state.bestStep());
    figures.put("trainingSeconds", state.seconds());
    trained.baseline().ifPresent(baseline -> add(figures, trained.baselineName(), baseline));
    figures.put("data", trained.data().parts());
    figures.put("folder", run.folder().toString());
    return figures;
  }

  private static void add(Map<String, Object> figures, String name, TrainedModel baseline) {
    for (Findings.Compared measure : baseline.found().measures()) {
      if (!measure.figure().isEmpty()) {
        figures.put(name + measure.figure(), measure.value());
      }
    }
    figures.put(name + "Parameters", baseline.found().parameters());
    figures.put(name + "TrainingSeconds", baseline.outcome().state().seconds());
  }
}
