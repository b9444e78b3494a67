package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.classifier.TextPipeline;
import io.mla4j.tensor.Engines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the Java of the README exactly as it is printed there. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final String PROGRAM =
      """
      import io.mla4j.data.batch.DataLoader;
      import io.mla4j.data.batch.TextBatch;
      import io.mla4j.data.token.Tokenizer;
      import io.mla4j.models.classifier.TextClassifier;
      import io.mla4j.models.classifier.TextPipeline;
      import io.mla4j.tensor.Tensor;
      import io.mla4j.tensor.TensorScope;
      import io.mla4j.training.Trainer;
      import io.mla4j.training.optimizer.AdamW;
      import io.mla4j.training.optimizer.Schedule;
      import java.nio.file.Path;

      public class Printed {
        public static void run(Path folder) {
          %s
        }

        public static void loop(Path folder) {
          %s
        }
      }
      """;

  @TempDir Path folder;

  @Test
  void whatIsPrintedRuns() throws Exception {
    writeTexts();
    List<String> blocks = blocks();
    assertEquals(2, blocks.size(), "the README prints the few lines and the loop");
    String fit = blocks.get(0);
    String loop =
        fit.replaceAll("(?m)^  Trainer\\.fit.*$", Matcher.quoteReplacement(blocks.get(1)));
    Path source = folder.resolve("Printed.java");
    Files.writeString(source, PROGRAM.formatted(fit, loop));
    compile(source);
    assertLabel(run("run"));
    try (TextPipeline pipeline = TextPipeline.open(folder.resolve("run"), Engines.start("torch"))) {
      TextClassifierConfig config = pipeline.model().config();
      assertEquals(10, config.task().labels().size());
      assertEquals(
          DataLoader.of(folder.resolve("train.json"), pipeline.tokenizer(), 64).window(),
          TextPipeline.window(config, pipeline.tokenizer()));
    }
    assertLabel(run("loop"));
  }

  private static void assertLabel(String printed) {
    assertTrue(printed.strip().matches("class\\d"), printed);
  }

  /** Runs a method of the program and returns what it prints. */
  private String run(String method) throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass("Printed").getMethod(method, Path.class).invoke(null, folder);
    } catch (InvocationTargetException failure) {
      throw new AssertionError("the README's program failed", failure.getCause());
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static List<String> blocks() throws IOException {
    String readme = Files.readString(Path.of(System.getProperty("mla4j.root"), "README.md"));
    List<String> blocks = new ArrayList<>();
    Matcher matcher = JAVA.matcher(readme);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private void compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  errors,
                  files,
                  null,
                  List.of("-cp", classPath, "-d", folder.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertTrue(compiled, errors.toString());
    }
  }

  /** Ten classes told apart by one word each. */
  private void writeTexts() throws IOException {
    List<String> rows = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String text = "this is about topic" + i % 10 + " and some more words";
      texts.add(text);
      rows.add("{\"text\": \"%s\", \"label\": \"class%d\"}".formatted(text, i % 10));
    }
    String json = "[" + String.join(",\n", rows) + "]";
    Files.writeString(folder.resolve("train.json"), json);
    Files.writeString(folder.resolve("val.json"), json);
    BpeTrainer.train(texts, BpeOptions.ofSize(300), BpeProgress.NONE)
        .write(folder.resolve("tokenizer.json"));
  }
}
