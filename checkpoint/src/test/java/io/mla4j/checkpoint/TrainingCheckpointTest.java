package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainingCheckpointTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve(TrainingCheckpoint.FILE);
  }

  @Test
  void tensorsAndStateComeBack() {
    byte[] moment = {1, 2, 3, 4, 5, 6, 7, 8};
    JsonNode state = state(7);
    TrainingCheckpoint.write(
        path, Map.of("m.w", EngineDouble.tensor(moment, DType.FLOAT32, Shape.of(2))), state);
    try (TrainingCheckpoint checkpoint = TrainingCheckpoint.read(path)) {
      assertEquals(state, checkpoint.state());
      assertEquals(List.of("m.w"), checkpoint.names());
      assertEquals(Shape.of(2), checkpoint.read("m.w", EngineDouble.engine()).shape());
      assertArrayEquals(moment, checkpoint.tensors().bytes("m.w").toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    assertSentence("does not exist");
    SafetensorsWriter.writeSources(path, Map.of("w", Sources.pattern(8, 1)), Map.of());
    assertSentence("is no training checkpoint");
    SafetensorsWriter.writeSources(
        path, Map.of("w", Sources.pattern(8, 1)), Map.of("mla4j_training_state", "{\"step\":"));
    assertSentence("not valid JSON");
    Files.write(path, new byte[] {1, 2, 3});
    assertSentence("is truncated");
  }

  @Test
  void aDiskThatTakesNoMoreLeavesTheOldCheckpoint() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell");
    TrainingCheckpoint.writeSources(path, numbered(0), state(0));
    // The system refuses what goes beyond 256 KiB of a file, in the middle of the checkpoint.
    Process writer = endlessWriter("/bin/sh", "-c", "ulimit -f 512; exec \"$@\"", "sh");
    String output = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, writer.waitFor());
    assertTrue(output.contains("Could not write " + path + ": File too large."), output);
    assertWhole(0);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aFailureWhileATensorIsReadLeavesTheOldCheckpoint() {
    TrainingCheckpoint.writeSources(path, numbered(1), state(1));
    TensorSource broken =
        new TensorSource(
            FileType.I8,
            Shape.of(8),
            arena -> {
              throw new IllegalStateException("the tensor was freed");
            });
    assertThrows(
        IllegalStateException.class,
        () -> TrainingCheckpoint.writeSources(path, Map.of("w", broken), state(2)));
    assertWhole(1);
  }

  @Test
  void aKillAtAnyMomentLeavesAWholeCheckpoint() throws Exception {
    TrainingCheckpoint.writeSources(path, numbered(0), state(0));
    for (int kill = 0; kill < 4; kill++) {
      Process writer = endlessWriter();
      writer.getInputStream().read(); // It has written once and goes on.
      Thread.sleep(3 + 17L * kill);
      writer.destroyForcibly().waitFor();
      try (TrainingCheckpoint checkpoint = TrainingCheckpoint.read(path)) {
        assertTrue(checkpoint.state().path("step").asInt() > 0);
      }
      assertWhole(stepOnDisk());
    }
  }

  private Process endlessWriter(String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(EndlessWriter.class.getName(), path.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Writes checkpoints until it is killed. */
  static final class EndlessWriter {
    public static void main(String[] arguments) {
      for (int step = 1; ; step++) {
        TrainingCheckpoint.writeSources(Path.of(arguments[0]), numbered(step), state(step));
        System.out.print('.');
        System.out.flush();
      }
    }
  }

  private int stepOnDisk() {
    try (TrainingCheckpoint checkpoint = TrainingCheckpoint.read(path)) {
      return checkpoint.state().path("step").asInt();
    }
  }

  private void assertWhole(int step) {
    try (TrainingCheckpoint checkpoint = TrainingCheckpoint.read(path)) {
      assertEquals(state(step), checkpoint.state());
      numbered(step)
          .forEach(
              (name, source) ->
                  assertArrayEquals(
                      Sources.contents(source),
                      checkpoint.tensors().bytes(name).toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  private static Map<String, TensorSource> numbered(int step) {
    return Map.of(
        "w", Sources.pattern(300_000, step), "m.w", Sources.pattern(300_000, step + 1_000_000));
  }

  private static JsonNode state(int step) {
    return JSON.createObjectNode().put("step", step).put("rate", 0.1 * step).put("note", "läuft");
  }

  private void assertSentence(String problem) {
    String message =
        assertThrows(CheckpointException.class, () -> TrainingCheckpoint.read(path)).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
  }
}
