package io.mla4j.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.Main;
import io.mla4j.nn.attention.DenseConfig;
import io.mla4j.tasks.Recipe;
import io.mla4j.tasks.Recipes;
import io.mla4j.tasks.classification.ClassificationRecipe;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the help says of training with dense attention works from the recipe to the report. */
class DenseTrainingTest {

  @TempDir Path folder;

  private String succeeding(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>();
    List.of(args).forEach(arg -> words.add(arg.toString()));
    int code =
        Main.run(
            new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    assertEquals(0, code, err.toString());
    return out.toString();
  }

  @Test
  void denseAttentionByItsNameAlone() throws Exception {
    Path recipe = SmallTexts.recipe(folder, 1);
    Path run = folder.resolve("run");
    String out = succeeding("train", recipe, "--set", "model.attention=dense", "--run", run);
    assertTrue(out.contains("accuracy"), out);
    assertTrue(Files.exists(run.resolve("report.html")));
    String facts = succeeding("inspect", run);
    assertTrue(facts.contains("dense, multi-head: 2 heads of width 16"), facts);
  }

  @Test
  void theOverridesInTheHelpFitItsRecipes() {
    List<Recipe> recipes = new ArrayList<>();
    for (String line :
        new CommandLine(new TrainCommand()).getCommandSpec().usageMessage().footer()) {
      List<String> words = List.of(line.strip().split(" +"));
      if (line.contains("recipes/")) {
        Path recipe = Path.of(System.getProperty("mla4j.root")).resolve(words.get(2));
        recipes.add(Recipes.read(recipe, valuesOf("--set", words)).recipe());
      }
    }
    assertTrue(
        recipes.stream()
            .filter(r -> r instanceof ClassificationRecipe)
            .map(r -> ((ClassificationRecipe) r).model().encoder().attention())
            .anyMatch(attention -> attention instanceof DenseConfig));
  }

  private static List<String> valuesOf(String option, List<String> words) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
