package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InspectTest {

  /** Width 128, 4 heads, latent 32, heads of 24 + 8 and 32, SwiGLU of 256, RMS norms. */
  private static final long LAYER =
      (128 * 4 * 32) // queries
          + (128 * (32 + 8)) // down to the latent and the rotary key
          + 32 // norm of the latent
          + (32 * 4 * (24 + 32)) // up to keys and values
          + (4 * 32 * 128) // output
          + 3 * 128 * 256 // feed-forward
          + 2 * 128; // norms

  private static final long PARAMETERS = TinyModel.VOCABULARY * 128 + 2 * LAYER + 128 + 2 * 128 + 2;

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void model() {
    model = TinyModel.random(folder.resolve("model"));
  }

  @Test
  void figuresForPrograms() {
    Path json = folder.resolve("model.json");
    CommandRun.succeeding("inspect", model, "--json", json);
    JsonNode facts = CommandRun.json(json);
    assertEquals(model.toString(), facts.path("folder").asString());
    assertEquals(PARAMETERS, facts.path("parameters").asLong());
    assertEquals(4 * PARAMETERS, facts.path("bytes").asLong());
    assertEquals(2 * (32 + 8) * 4, facts.path("cacheBytesPerToken").asInt());
    assertEquals(2 * 2 * 4 * 32 * 4, facts.path("denseCacheBytesPerToken").asInt());
    assertEquals(TinyModel.VOCABULARY, facts.path("tokenizerTokens").asInt());
    assertEquals(7, facts.path("provenance").path("seed").asInt());
    assertEquals(2, facts.path("config").path("numClasses").asInt());
  }

  @Test
  void factsForPeople() {
    String out = CommandRun.succeeding("inspect", model).out();
    List<String> expected =
        List.of(
            "Text classifier in " + model,
            "multi-head latent: 4 heads, keys and values from a latent of width 32",
            "320 bytes; 80.0 KiB for 256 tokens",
            "2,048 bytes; 512.0 KiB for 256 tokens",
            "15.63 % of dense attention's",
            "2: ham, spam",
            "SHA-256 0000",
            "layers.0-1.",
            "x 2",
            "%,d in ".formatted(PARAMETERS));
    expected.forEach(words -> assertTrue(out.contains(words), () -> words + " in:\n" + out));
  }

  @Test
  void everyParameterByItself() {
    String out = CommandRun.succeeding("inspect", model, "--all").out();
    assertTrue(out.contains("layers.0.") && out.contains("layers.1."), out);
  }
}
