package io.mla4j.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.batch.DataLoader;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeProgress;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.models.classifier.TextClassifierConfig;
import io.mla4j.models.classifier.TextPipeline;
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
import java.util.Map;
import java.util.Random;
import java.util.Set;
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

  /** What there is to learn: a question's first words tell what it asks for. */
  private static final Map<String, String> QUESTIONS =
      Map.of(
          "author", "Who wrote",
          "place", "Where lies",
          "date", "When began",
          "cause", "Why broke",
          "number", "How many counted",
          "price", "How much cost",
          "colour", "Which colour has",
          "owner", "Whose hand holds",
          "kind", "What sort is",
          "distance", "How far lay");

  private static final int TEXTS = 320;
  private static final List<String> THINGS =
      List.of("river", "garden", "window", "paper", "letter", "winter", "stone", "table");

  @TempDir Path folder;

  /** Each program starts with texts and a tokenizer and nothing that another one left. */
  @Test
  void whatIsPrintedRuns() throws Exception {
    List<String> blocks = blocks();
    assertEquals(2, blocks.size(), "the README prints the few lines and the loop");
    String fit = blocks.get(0);
    String loop =
        fit.replaceAll("(?m)^  Trainer\\.fit.*$", Matcher.quoteReplacement(blocks.get(1)));
    Path source = folder.resolve("Printed.java");
    Files.writeString(source, PROGRAM.formatted(fit, loop));
    compile(source);
    assertLearns("run", folder.resolve("fitted"));
    assertLearns("loop", folder.resolve("looped"));
  }

  private void assertLearns(String method, Path own) throws Exception {
    writeTexts(own);
    assertEquals("author", run(method, own).strip());
    try (TextPipeline pipeline = TextPipeline.open(own.resolve("run"))) {
      TextClassifierConfig config = pipeline.model().config();
      assertEquals(Set.copyOf(QUESTIONS.keySet()), Set.copyOf(config.task().labels()));
      assertEquals(
          DataLoader.of(own.resolve("train.json"), pipeline.tokenizer(), 64).window(),
          TextPipeline.window(config, pipeline.tokenizer()));
    }
  }

  /** Runs a method of the program over a folder and returns what it prints. */
  private String run(String method, Path own) throws Exception {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass("Printed").getMethod(method, Path.class).invoke(null, own);
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

  private static void writeTexts(Path own) throws IOException {
    Random random = new Random(1);
    List<String> rows = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<String> labels = QUESTIONS.keySet().stream().sorted().toList();
    for (int i = 0; i < TEXTS; i++) {
      String label = labels.get(i % labels.size());
      String thing = THINGS.get(random.nextInt(THINGS.size()));
      String text = QUESTIONS.get(label) + " the first " + thing + "?";
      texts.add(text);
      rows.add("{\"text\": \"%s\", \"label\": \"%s\"}".formatted(text, label));
    }
    Files.createDirectories(own);
    Files.writeString(own.resolve("train.json"), "[" + String.join(",\n", rows) + "]");
    List<String> few = rows.subList(0, 100);
    Files.writeString(own.resolve("val.json"), "[" + String.join(",\n", few) + "]");
    BpeTrainer.train(texts, BpeOptions.ofSize(400), BpeProgress.NONE)
        .write(own.resolve("tokenizer.json"));
  }
}
