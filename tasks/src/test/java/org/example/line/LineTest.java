package org.example.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.nn.Initializer;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tasks.run.RunReport;
import io.mla4j.telemetry.RunEvent;
import io.mla4j.telemetry.RunFolder;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is none of the program's own trains, saves, loads, serves and is reported. */
class LineTest {

  private static final String RECIPE =
      """
      task: line
      points: 20
      training: {epochs: 300, optimizer: {learningRate: 0.1, weightDecay: 0}, accumulationSteps: 2}
      """;

  @TempDir Path folder;

  private Recipes.Read<?> recipe() throws IOException {
    return Recipes.read(Files.writeString(folder.resolve("line.yaml"), RECIPE), List.of());
  }

  @Test
  void learnsItsLine() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    try (Engine engine = Engines.start("torch")) {
      ComparedRun.Trained trained = trained(recipe(), run, engine);
      assertTrue(trained.completed());
      Path report = RunReport.write(trained, List.of());
      assertTrue(Files.readString(report).contains("Distance"));
    }
    assertEquals(5, predicted(run, 2), 0.05); // far outside of what it was shown
    List<RunEvent> events = RunFolder.read(run);
    // Batches of 8, 8 and 4 points: two of them make a step, then one; figures are means of shares.
    assertEquals(Map.of("points", 8.0), ((RunEvent.Step) events.get(0)).figures());
    assertEquals(Map.of("points", 4.0), ((RunEvent.Step) events.get(1)).figures());
  }

  private static ComparedRun.Trained trained(Recipes.Read<?> recipe, Path run, Engine engine) {
    return trainedAs(recipe, run, engine);
  }

  private static <R extends io.mla4j.tasks.Recipe> ComparedRun.Trained trainedAs(
      Recipes.Read<R> recipe, Path run, Engine engine) {
    ComparedRun<R> compared = new ComparedRun<>(recipe, run, engine, RunListener.NONE);
    try (var data = compared.prepare()) {
      return compared.train(data);
    }
  }

  /** On the engine that needs no libtorch. */
  private static double predicted(Path run, float x) {
    try (Engine engine = Engines.start("native");
        Line line = new Line(Initializer.blank(engine));
        Safetensors weights = new ModelFolder(run).openWeights();
        TensorScope scope = TensorScope.open()) {
      line.namedParameters().forEach((name, p) -> p.set(weights.read(name, engine)));
      Tensor y = line.forward(new Points.Few(new float[] {x}, new float[1], new int[1]));
      return y.item();
    }
  }

  @Test
  void aTaskThatNobodyKnowsIsNamedWithThoseThereAre() throws IOException {
    Path file = Files.writeString(folder.resolve("other.yaml"), "task: lines\n");
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> Recipes.read(file, List.of()))
            .getMessage();
    assertEquals(
        "task is 'lines' but must be one of classification, regression, language-model, line.",
        sentence.replace(
            "line, classification, regression, language-model",
            "classification, regression, language-model, line"));
  }
}
