package io.mla4j.models.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** A pipeline in class loaders of its own, as in a web application that is deployed again. */
class RedeployedTest {

  private static final String TEXT = "a river in winter";

  @TempDir Path path;

  private void write() {
    try (Engine engine = Engines.start("native");
        Tokenizer tokenizer =
            BpeTrainer.train(List.of(TEXT), BpeOptions.ofSize(262), BpeProgress.NONE).tokenizer();
        TextClassifier model =
            TextClassifier.builder()
                .vocabSize(tokenizer.vocabularySize())
                .numClasses(2)
                .layers(1)
                .hiddenSize(32)
                .build(engine)) {
      Provenance provenance =
          new Provenance(
              Instant.EPOCH, Map.of(), 1, Map.of(), JsonNodeFactory.instance.objectNode());
      new ClassifierFolder(path).write(model, tokenizer, provenance);
    }
  }

  /** An application of this one's classes, none of which it shares. */
  private static URLClassLoader application() throws MalformedURLException {
    List<URL> places = new ArrayList<>();
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      places.add(Path.of(place).toUri().toURL());
    }
    return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private String predicted(ClassLoader application) throws Exception {
    Class<?> type = application.loadClass(TextPipeline.class.getName());
    assertNotSame(TextPipeline.class, type);
    try (AutoCloseable pipeline =
        (AutoCloseable) type.getMethod("open", Path.class).invoke(null, path)) {
      return type.getMethod("predict", String.class).invoke(pipeline, TEXT).toString();
    }
  }

  @Test
  void itPredictsAsItDidBefore() throws Exception {
    write();
    String expected;
    try (TextPipeline pipeline = TextPipeline.open(path)) {
      expected = pipeline.predict(TEXT).toString();
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    for (int i = 0; i < 2; i++) {
      try (URLClassLoader application = application()) {
        Thread.currentThread().setContextClassLoader(application);
        assertEquals(expected, predicted(application));
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
    }
  }
}
