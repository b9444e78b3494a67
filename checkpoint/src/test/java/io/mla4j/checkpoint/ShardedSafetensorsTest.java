package io.mla4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {

  @TempDir Path folder;

  @Test
  void splitsAboveTheSizeAndReadsBack() throws IOException {
    Map<String, TensorSource> tensors = fiveTensors();
    model().writeWeightSources(tensors, Map.of("format", "pt"), 250);
    assertEquals(
        List.of(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json"),
        files());
    for (Path path : List.of(folder, folder.resolve(ModelFolder.WEIGHTS_INDEX))) {
      try (Safetensors weights = Safetensors.open(path)) {
        assertInstanceOf(ShardedSafetensors.class, weights);
        assertEquals(Map.of("format", "pt"), weights.metadata());
        assertHolds(tensors, weights);
      }
    }
    String index = Files.readString(folder.resolve(ModelFolder.WEIGHTS_INDEX));
    assertTrue(index.contains("\"total_size\" : 700"), index);
  }

  @Test
  void shardsHaveTheSameNamesEverywhere() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa-IR-u-nu-arabext"));
    try {
      model().writeWeightSources(fiveTensors(), Map.of(), 250);
      assertTrue(files().stream().allMatch(name -> name.matches("\\p{ASCII}+")), "" + files());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void oneLayoutReplacesTheOther() throws IOException {
    model().writeWeightSources(fiveTensors(), Map.of(), 250);
    model().writeWeightSources(fiveTensors(), Map.of(), 700);
    assertEquals(List.of("model.safetensors"), files());
    model().writeWeightSources(fiveTensors(), Map.of(), 450);
    assertEquals(3, files().size());
    assertFalse(files().contains("model.safetensors"));
    try (Safetensors weights = model().openWeights()) {
      assertHolds(fiveTensors(), weights);
    }
  }

  @Test
  void whatIsInterruptedLeavesTheOldModel() throws IOException {
    for (int time = 0; time < 3; time++) {
      model().writeWeightSources(fiveTensors(), Map.of(), 250);
      List<String> before = files();
      assertThrows(
          IllegalStateException.class,
          () -> model().writeWeightSources(otherTensorsUntil("t5"), Map.of(), 250));
      assertTrue(files().containsAll(before), files().toString());
      try (Safetensors weights = model().openWeights()) {
        assertHolds(fiveTensors(), weights);
      }
    }
    model().writeWeightSources(fiveTensors(), Map.of(), 250);
    assertEquals(4, files().size(), "what was left behind is removed: " + files());
  }

  /** Tensors of the same sizes and other values, one of which cannot be read. */
  private static Map<String, TensorSource> otherTensorsUntil(String broken) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    fiveTensors().forEach((name, old) -> tensors.put(name, Sources.pattern((int) old.bytes(), 99)));
    tensors.put(broken, Sources.broken(tensors.get(broken)));
    return tensors;
  }

  @Test
  void aTensorLargerThanAShardHasItsOwn() throws IOException {
    Map<String, TensorSource> tensors = fiveTensors();
    model().writeWeightSources(tensors, Map.of(), 1);
    assertEquals(6, files().size());
    try (Safetensors weights = Safetensors.open(folder)) {
      assertHolds(tensors, weights);
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    model().writeWeightSources(fiveTensors(), Map.of(), 250);
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    assertSentence("names the shard model-00002-of-00003.safetensors, which is not beside it");
  }

  @Test
  void aTensorNotInItsShardIsNamed() throws IOException {
    model().writeWeightSources(fiveTensors(), Map.of(), 250);
    Path index = folder.resolve(ModelFolder.WEIGHTS_INDEX);
    Files.writeString(index, Files.readString(index).replace("\"t3\"", "\"other\""));
    assertSentence("places the tensor 'other' in model-00002-of-00003.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../x.safetensors\"",
        "\"/etc/passwd\"",
        "\"a/b.safetensors\"",
        "\"a\\\\b.safetensors\"",
        "\"C:x\"",
        "\"..\"",
        "\"\"",
        "\"a\\u0000b\"",
        "7",
        "null"
      })
  void aShardOutsideTheFolderIsRefused(String shard) throws IOException {
    Files.writeString(
        folder.resolve(ModelFolder.WEIGHTS_INDEX), "{\"weight_map\":{\"w\":" + shard + "}}");
    assertSentence("which is no file name in its own folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "{\"weight_map\":[]}", "{\"weight_map\":{}}"})
  void aBrokenIndexIsNamed(String text) throws IOException {
    Files.writeString(folder.resolve(ModelFolder.WEIGHTS_INDEX), text);
    assertSentence(ModelFolder.WEIGHTS_INDEX);
  }

  @Test
  void anEmptyFolderIsNamed() {
    assertSentence("neither model.safetensors nor model.safetensors.index.json");
  }

  private ModelFolder model() {
    return new ModelFolder(folder);
  }

  private static Map<String, TensorSource> fiveTensors() {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    tensors.put("t1", Sources.pattern(100, 1));
    tensors.put("t2", Sources.pattern(150, 2));
    tensors.put("t3", Sources.pattern(200, 3));
    tensors.put("t4", Sources.pattern(50, 4));
    tensors.put("t5", Sources.pattern(200, 5));
    return tensors;
  }

  private static void assertHolds(Map<String, TensorSource> expected, Safetensors found) {
    assertEquals(expected.keySet(), java.util.Set.copyOf(found.names()));
    expected.forEach(
        (name, source) ->
            assertArrayEquals(
                Sources.contents(source), found.bytes(name).toArray(ValueLayout.JAVA_BYTE)));
  }

  private void assertSentence(String problem) {
    String message =
        assertThrows(CheckpointException.class, () -> Safetensors.open(folder)).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.endsWith(".") && message.lines().count() == 1, message);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
