package io.mla4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.cuda.flashmla.CudaFlashMla;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whether everything runs and is written; speeds are not judged here. */
class BenchTest {

  @TempDir Path folder;

  @Test
  void theJsonNamesEveryFigure() {
    Path json = folder.resolve("kernels.json");
    CommandRun.succeeding("bench", "kernels", "--quick", "--threads", 2, "--json", json);
    JsonNode report = CommandRun.json(json);
    assertEquals(2, report.path("threads").asInt());
    JsonNode peaks = report.path("peaks");
    assertTrue(peaks.path("float32").path("gflops").asDouble() > 0, report.toString());
    assertTrue(peaks.path("read").path("gbps").asDouble() > 0, report.toString());
    assertTrue(report.path("kernels").size() >= 6, report.toString());
    for (JsonNode row : report.path("kernels")) {
      List.of("kernel", "shape", "twin", "millis", "shareOfPeak")
          .forEach(name -> assertTrue(row.has(name), () -> name + " in " + row));
      assertTrue(row.has("gflops") != row.has("gbps"), row.toString());
      assertEquals(row.has("peer"), row.has("ratio"), row.toString());
      assertTrue(row.path("ratio").asDouble(1) > 0, row.toString());
      // What the torch engine has no like of is compared by benchmarks/peers/kernels.py.
      String kernel = row.path("kernel").asString();
      assertTrue(
          row.has("peer")
              || kernel.matches("indexer-.*|top-k|sparse-prefill-.*|experts-.*|sampling-.*"),
          row.toString());
    }
  }

  @Test
  void theTableHasAPeakAndAKernelALine() {
    CommandRun run = CommandRun.succeeding("bench", "kernels", "--quick", "--only", "softmax");
    List<String> lines = run.outLines();
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("float32 .* GFLOP/s +\\w+")), run.out());
    assertTrue(lines.stream().anyMatch(line -> line.matches("read .* GB/s +\\w+")), run.out());
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("kernel +shape +twin +ms .*")), run.out());
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("softmax +16x64 +(c|java) .* GB/s .*")),
        run.out());
  }

  @Test
  void onlyLeavesWhatMatches() {
    Path json = folder.resolve("norms.json");
    CommandRun.succeeding(
        "bench", "kernels", "--quick", "--only", "NORM", "--json", json.toString());
    assertEquals(
        List.of("rms-norm", "layer-norm"),
        CommandRun.json(json).path("kernels").findValuesAsString("kernel"));
  }

  @Test
  void jsonOnStandardOutputStandsAlone() {
    CommandRun run =
        CommandRun.succeeding("bench", "kernels", "--quick", "--only", "softmax", "--json", "-");
    assertTrue(run.out().startsWith("{"), run.out());
    assertFalse(run.out().contains("GB/s"), run.out());
  }

  @Test
  void verificationsAreCounted() {
    Path json = folder.resolve("checks.json");
    CommandRun run =
        CommandRun.succeeding("bench", "kernels", "--verify", "--quick", "--json", json);
    JsonNode found = CommandRun.json(json).path("verifications");
    assertEquals(
        List.of(
            "product-float32",
            "packed-product",
            "rows",
            "rotary",
            "attention-float32",
            "attention-packed",
            "paged-decode",
            "latent-decode",
            "prefill",
            "indexer",
            "sparse-prefill"),
        found.findValuesAsString("name"));
    for (JsonNode family : found) {
      long passed = family.path("passed").asLong();
      assertTrue(passed > 0, family.toString());
      assertEquals(0, family.path("failed").asInt(), family.toString());
      String line =
          "%s  %,d of %,d passed".formatted(family.path("name").asString(), passed, passed);
      assertTrue(run.out().contains(line), run.out());
    }
    assertFalse(CommandRun.json(json).has("kernels"));
  }

  @Test
  void withoutAGpuOneSentenceSaysSo() {
    Optional<String> missing = CudaFlashMla.missing(0);
    assumeTrue(missing.isPresent(), "There is a GPU here.");
    CommandRun.failing(List.of(missing.orElseThrow()), "bench", "cuda");
    CommandRun.failing(List.of(missing.orElseThrow()), "bench", "cuda", "--verify");
  }

  @Test
  void latentDecodingRunsOnAGpu() {
    assumeTrue(CudaFlashMla.missing(0).isEmpty(), "There is no GPU here.");
    Path json = folder.resolve("cuda.json");
    CommandRun.succeeding("bench", "cuda", "--quick", "--json", json);
    assertEquals(2, CommandRun.json(json).path("kernels").size());
    CommandRun.succeeding("bench", "cuda", "--quick", "--verify");
  }

  @Test
  void badOptionsGetOneSentence() {
    misused(List.of("--threads is 1 or more, not 0."), "--threads", "0");
    misused(List.of("--only", "'(' is not"), "--only", "(");
    misused(
        List.of("'nothing' leaves nothing", "product-float32, matrix-vector-float32"),
        "--only",
        "nothing");
    misused(List.of("'nothing' leaves nothing"), "--verify", "--only", "nothing");
    misused(List.of("no option '--quik'", "--quick"), "--quik");
    misused(List.of("'kernels' is one too many"), "kernels");
  }

  private static void misused(List<String> words, String... options) {
    Object[] args = new Object[options.length + 2];
    args[0] = "bench";
    args[1] = "kernels";
    System.arraycopy(options, 0, args, 2, options.length);
    CommandRun run = CommandRun.of(args);
    assertEquals(2, run.exitCode(), run.out() + run.err());
    run.assertOneSentence(words);
  }
}
