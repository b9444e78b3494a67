package io.mla4j.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWriterTest {

  /** Texts that YAML would take for something else if they were written bare. */
  private static final List<String> TRICKY =
      List.of(
          "true",
          "False",
          "null",
          "~",
          "",
          "yes",
          "on",
          "1e5",
          "1.10",
          "007",
          "0x1F",
          "1_000",
          "+1",
          "-1",
          ".5",
          "5.",
          ".inf",
          ".NaN",
          "12:30:45",
          "2024-01-01",
          "- a",
          "-",
          "---",
          "x: y",
          "a:",
          ":",
          "#x",
          "a #b",
          "*x",
          "&x",
          "!t",
          "@",
          "%",
          "`",
          "{",
          "[",
          "'",
          "\"",
          "|",
          ">",
          "?",
          "? x",
          "=",
          "<<",
          " lead",
          "trail ",
          "two\nlines",
          "tab\t",
          "bell\u0007",
          "é漢🙂");

  private static final Recipe RECIPE =
      new Recipe(
          "true",
          false,
          Path.of("runs", "spaced name"),
          Duration.ofSeconds(3_725),
          Optional.of(Long.MAX_VALUE),
          TRICKY,
          List.of(new Recipe.Stage("one", 1), new Recipe.Stage("two", 2)),
          Map.of("with.dot", 1.5, "spam", 1e-9),
          new Recipe.Model(
              12,
              1.0 / 3.0,
              Recipe.Pooling.LAST_TOKEN,
              new Recipe.Mla(64, Optional.of(96), 16),
              new Recipe.Dense(2)),
          new Recipe.Training(1, 5e-5, Long.MIN_VALUE, OptionalDouble.empty()),
          Optional.empty());

  @TempDir Path folder;

  private Recipe again(String name) {
    Path file = folder.resolve(name);
    ConfigWriter.write(file, Recipe.class, RECIPE);
    return ConfigReader.read(file, Recipe.class, Recipe.defaults(), List.of());
  }

  @Test
  void yamlReadsBackEqual() {
    Recipe again = again("config.yaml");
    assertEquals(TRICKY, again.labels());
    // The file says nothing of the default's class weights: maps are merged.
    assertEquals(RECIPE, again);
  }

  @Test
  void jsonReadsBackEqual() {
    assertEquals(RECIPE, again("config.json"));
  }

  @Test
  void theFormatIsChosenByTheName() throws IOException {
    again("config.json");
    assertEquals('{', Files.readString(folder.resolve("config.json")).charAt(0));
  }

  @Test
  void yamlIsWrittenAsAPersonWould() {
    assertEquals(
        """
        type: mla
        kvLoraRank: 512
        qLoraRank: null
        ropeWidth: 64
        """,
        ConfigWriter.yaml(Recipe.Attention.class, Recipe.Mla.defaults()));
    assertEquals(
        """
        layers: 12
        dropout: 0.5
        pooling: mean
        attention:
          type: dense
          heads: 8
        head:
          type: dense
          heads: 1
        """,
        ConfigWriter.yaml(
            Recipe.Model.class,
            new Recipe.Model(
                12, 0.5, Recipe.Pooling.MEAN, new Recipe.Dense(8), new Recipe.Dense(1))));
  }
}
