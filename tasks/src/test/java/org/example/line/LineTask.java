package org.example.line;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.nn.Initializer;
import io.mla4j.tasks.DataReport;
import io.mla4j.tasks.Findings;
import io.mla4j.tasks.Learner;
import io.mla4j.tasks.Prepared;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.Task;
import io.mla4j.tasks.recipe.EngineChoice;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.telemetry.report.Figure;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.training.SettingChanges;
import io.mla4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import tools.jackson.databind.node.JsonNodeFactory;

/** Learning a line. */
public final class LineTask implements Task<LineRecipe> {

  @Override
  public String name() {
    return "line";
  }

  @Override
  public Class<LineRecipe> recipeType() {
    return LineRecipe.class;
  }

  @Override
  public LineRecipe defaults() {
    return new LineRecipe(
        name(),
        "line",
        20,
        Optional.empty(),
        TrainingConfig.defaults("distance"),
        false,
        EngineChoice.defaults());
  }

  @Override
  public LineRecipe located(LineRecipe recipe, RecipeFolder folder) {
    return recipe;
  }

  @Override
  public SettingChanges changes() {
    return SettingChanges.NONE;
  }

  @Override
  public Optional<Baseline<LineRecipe>> baselineOf(LineRecipe recipe) {
    return Optional.empty();
  }

  @Override
  public Prepared<LineRecipe> prepare(
      LineRecipe recipe, Path folder, boolean resumed, RunListener listener) {
    return new Prepared<>() {
      @Override
      public Learner<?> learner(LineRecipe variant, Engine engine) {
        Line line = new Line(Initializer.random(engine, variant.seed()));
        return new LineLearner(variant, line, new Nearness(line, engine));
      }

      @Override
      public DataReport report() {
        return DataReport.empty();
      }

      @Override
      public Map<String, String> checksums() {
        return Map.of();
      }

      @Override
      public void close() {}
    };
  }

  private record LineLearner(LineRecipe recipe, Line model, Nearness objective)
      implements Learner<Points.Few> {

    @Override
    public TrainingConfig training() {
      return recipe.training();
    }

    @Override
    public Points train() {
      return new Points(recipe.points(), 8);
    }

    @Override
    public Points validation() {
      return new Points(7, 7);
    }

    @Override
    public void writeConfig(Path folder, Provenance provenance) {
      new ModelFolder(folder)
          .writeConfig(JsonNodeFactory.instance.objectNode().put("model_type", "line"), provenance);
    }

    @Override
    public void writeWeights(Path folder) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      model.namedParameters().forEach((name, p) -> tensors.put(name, p.value()));
      new ModelFolder(folder).writeWeights(tensors);
    }

    @Override
    public void readWeights(Path folder) {
      try (Safetensors weights = new ModelFolder(folder).openWeights()) {
        model.namedParameters().forEach((name, p) -> p.set(weights.read(name, objective.engine())));
      }
    }

    @Override
    public long measuredExamples() {
      return validation().examplesPerEpoch();
    }

    @Override
    public Findings measure(LongConsumer progress) {
      Nearness.Measured measured = objective.evaluate(validation(), progress);
      return new Findings(
          "Line",
          "line",
          measured,
          false,
          "points",
          model.parameterCount(),
          List.of(new Figure("Distance", Double.toString(Math.sqrt(measured.loss())), "")),
          List.of(),
          content -> {},
          Map.of("distance", Math.sqrt(measured.loss())),
          List.of(),
          "predict",
          "");
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
