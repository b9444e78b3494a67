package io.mla4j.models.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.checkpoint.CheckpointException;
import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.tensor.Device;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whoever starts an engine ends it: its threads and its idle memory are not left behind. */
class OwnedEngineTest {

  private static final int CYCLES = 20;
  private static final List<String> TEXTS = List.of("a river in winter", "a green garden");

  @TempDir Path path;

  private void write(Engine engine) {
    try (Tokenizer tokenizer =
            BpeTrainer.train(TEXTS, BpeOptions.ofSize(262), BpeProgress.NONE).tokenizer();
        TextClassifier model = tiny().vocabSize(tokenizer.vocabularySize()).build(engine)) {
      Provenance provenance =
          new Provenance(
              Instant.EPOCH, Map.of(), 1, Map.of(), JsonNodeFactory.instance.objectNode());
      new ClassifierFolder(path).write(model, tokenizer, provenance);
    }
  }

  private static TextClassifierBuilder tiny() {
    return TextClassifier.builder().vocabSize(262).numClasses(2).layers(1).hiddenSize(32);
  }

  private static Engine threaded() {
    return Engines.start("native", new EngineOptions(Device.CPU, 3));
  }

  private static Set<Thread> kernelThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mla4j-kernel"))
        .collect(Collectors.toSet());
  }

  /** Closing waits for the threads, so there is nothing to wait for that could be mere luck. */
  private static void assertNoThreadsBut(Set<Thread> before) {
    Set<Thread> left = kernelThreads();
    left.removeAll(before); // engines that other tests forgot may end meanwhile
    assertEquals(Set.of(), left);
  }

  @Test
  void aPipelineClosesTheEngineItStarted() {
    try (Engine engine = Engines.start("native")) {
      write(engine);
    }
    Set<Thread> before = kernelThreads();
    for (int i = 0; i < CYCLES; i++) {
      try (TextPipeline pipeline = TextPipeline.open(path)) {
        assertEquals(2, pipeline.predict(TEXTS).size());
      }
    }
    assertNoThreadsBut(before);
  }

  @Test
  void aPipelineThatCannotOpenClosesTheEngineItStarted() throws IOException {
    try (Engine engine = Engines.start("native")) {
      write(engine);
    }
    Files.delete(path.resolve("tokenizer.json"));
    Set<Thread> before = kernelThreads();
    for (int i = 0; i < CYCLES; i++) {
      assertThrows(CheckpointException.class, () -> TextPipeline.open(path));
    }
    assertNoThreadsBut(before);
  }

  @Test
  void aPipelineLeavesAGivenEngineOpen() {
    try (Engine engine = Engines.start("native")) {
      write(engine);
      for (int i = 0; i < 2; i++) {
        try (TextPipeline pipeline = TextPipeline.open(path, engine)) {
          assertEquals(2, pipeline.predict(TEXTS).size());
        }
      }
    }
  }

  @Test
  void aBuiltModelClosesTheEngineItWasGivenAlone() {
    Set<Thread> before = kernelThreads();
    for (int i = 0; i < CYCLES; i++) {
      tiny().buildOwning(OwnedEngineTest::threaded).close();
    }
    assertNoThreadsBut(before);
  }

  @Test
  void aModelThatCannotBeBuiltClosesItsEngine() {
    Set<Thread> before = kernelThreads();
    for (int i = 0; i < CYCLES; i++) {
      assertThrows(
          IllegalArgumentException.class,
          () -> tiny().vocabSize(0).buildOwning(OwnedEngineTest::threaded));
    }
    assertNoThreadsBut(before);
  }
}
