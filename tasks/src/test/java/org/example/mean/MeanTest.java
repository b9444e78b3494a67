package org.example.mean;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.models.causal.CausalConfig;
import io.mla4j.models.causal.CausalModel;
import io.mla4j.models.classifier.Prediction;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.ForwardPass;
import io.mla4j.nn.pass.LayerCaches;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.RunListener;
import io.mla4j.tasks.run.ComparedRun;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An attention that is none of the program's own is chosen in a recipe, trains and serves. */
class MeanTest {

  private static final String RECIPE =
      """
      data: {train: DATA, validation: DATA, batchSize: 8}
      tokenizer: {vocabSize: 300}
      model:
        hiddenSize: 16
        layers: 1
        attention: {type: mean, heads: 1, valueDim: 12}
        intermediateSize: 16
        contextTokens: 32
      training: {epochs: 20, optimizer: {learningRate: 0.02}}
      """;

  @TempDir Path folder;

  private Path data() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      String text = (i % 2 == 0 ? "win a prize now " : "see you at lunch ") + i;
      String label = i % 2 == 0 ? "spam" : "ham";
      rows.append("{\"text\": \"%s\", \"label\": \"%s\"}%n".formatted(text, label));
    }
    return Files.writeString(folder.resolve("mails.jsonl"), rows);
  }

  @Test
  void isTrainedByARecipeAndServedByTheOtherEngine() throws IOException {
    String text = RECIPE.replace("DATA", data().toString());
    Path recipe = Files.writeString(folder.resolve("mean.yaml"), text);
    Path run = Files.createDirectories(folder.resolve("run"));
    try (Engine engine = Engines.start("torch")) {
      assertTrue(trained(Recipes.read(recipe, List.of()), run, engine).completed());
    }
    try (Engine engine = Engines.start("native");
        TextPipeline pipeline = TextPipeline.open(run, engine)) {
      assertInstanceOf(MeanConfig.class, pipeline.model().config().encoder().attention());
      List<Prediction> predictions =
          pipeline.predict(List.of("win a prize now", "see you at lunch today or tomorrow"));
      assertEquals("spam", predictions.get(0).label());
      assertEquals("ham", predictions.get(1).label());
    }
  }

  private static <R extends Recipe> ComparedRun.Trained trained(
      Recipes.Read<R> recipe, Path run, Engine engine) {
    ComparedRun<R> compared = new ComparedRun<>(recipe, run, engine, RunListener.NONE);
    try (var prepared = compared.prepare()) {
      return compared.train(prepared);
    }
  }

  @Test
  void decodesInACausalModelAsItReadsWhole() {
    CausalConfig config =
        CausalConfig.defaults().withVocabSize(11).withAttention(new MeanConfig(1, 12));
    long[] ids = {3, 1, 4, 1, 5, 9, 2, 6};
    for (String name : List.of("torch", "native")) {
      try (Engine engine = Engines.start(name);
          CausalModel model = new CausalModel(config, Initializer.random(engine, 5));
          TensorScope scope = TensorScope.open();
          Engine.Guard guard = engine.noGrad();
          ForwardPass pass = model.pass(ids.length);
          LayerCaches caches = model.newCaches()) {
        float[] whole = model.forward(engine.ofLongs(ids, 1, ids.length), pass).toFloats();
        assertArrayEquals(whole, byOnes(model, caches, ids), 1e-5f);
        caches.forgetLast(3);
        assertEquals(5, caches.length());
      }
    }
  }

  private static float[] byOnes(CausalModel model, LayerCaches caches, long[] ids) {
    List<Tensor> rows = new ArrayList<>();
    for (long id : ids) {
      try (ForwardPass pass = model.pass(caches, 1)) {
        rows.add(model.forward(model.engine().ofLongs(new long[] {id}, 1, 1), pass));
      }
    }
    return model.engine().concat(rows, 1).toFloats();
  }
}
