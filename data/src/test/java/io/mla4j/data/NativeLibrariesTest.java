package io.mla4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.data.text.ParquetLibrary;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Tokenizer;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries, in the folders and class loaders that people have. */
class NativeLibrariesTest {

  @TempDir Path folder;

  /** What tokenizers and Parquet do in a class loader, or in a JVM of their own. */
  public static final class Trial {

    private Trial() {}

    public static String tokenized() {
      CharacterVocabulary letters =
          CharacterVocabulary.of(List.of("abc"), List.of(), Optional.empty());
      try (Tokenizer tokenizer = letters.tokenizer()) {
        return Arrays.toString(tokenizer.encode("cab"));
      }
    }

    public static String parquet() {
      return ParquetLibrary.problem().orElse("ready");
    }

    /** Each twice: the first failure must not be the only one that is understood. */
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println("tokenized: " + tokenized());
        } catch (DataException refused) {
          System.out.println("refused: " + refused.getMessage());
        }
        System.out.println("parquet: " + parquet());
      }
    }
  }

  private static URLClassLoader loader() throws MalformedURLException {
    List<URL> places = new ArrayList<>();
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      places.add(Path.of(place).toUri().toURL());
    }
    return new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static Object in(ClassLoader loader, String method) throws ReflectiveOperationException {
    Class<?> trial = loader.loadClass(Trial.class.getName());
    assertTrue(trial != Trial.class, "a class of its own");
    return trial.getMethod(method).invoke(null);
  }

  @Test
  void anotherClassLoaderHasThemToo() throws Exception {
    assertEquals("[2, 0, 1]", Trial.tokenized());
    assertEquals("ready", Trial.parquet());
    for (int i = 0; i < 2; i++) {
      try (URLClassLoader another = loader()) {
        assertEquals("[2, 0, 1]", in(another, "tokenized"));
        assertEquals("ready", in(another, "parquet"));
      }
    }
    assertEquals("[2, 0, 1]", Trial.tokenized());
  }

  @Test
  void aCacheThatCannotBeUsedIsPassedBy() throws Exception {
    List<String> said = run("-DDJL_CACHE_DIR=" + file().resolve("cache"));
    assertEquals("tokenized: [2, 0, 1]", said.getFirst());
  }

  @Test
  void aFolderThatCannotBeUsedIsNamedWithWhatMovesIt() throws Exception {
    Path cache = file().resolve("cache");
    List<String> said = run("-Djava.io.tmpdir=" + file(), "-DDJL_CACHE_DIR=" + cache);
    assertEquals(4, said.size(), said.toString());
    for (int i = 0; i < 4; i += 2) {
      String tokenizers = said.get(i);
      assertTrue(
          tokenizers.startsWith("refused: The tokenizers' library does not load from " + file()),
          tokenizers);
      assertTrue(
          tokenizers.endsWith(
              "; another folder can be given with -Djava.io.tmpdir, or with the environment"
                  + " variable DJL_CACHE_DIR in place of %s."
                      .formatted(cache.resolve("tokenizers"))),
          tokenizers);
      String parquet = said.get(i + 1);
      assertTrue(
          parquet.startsWith(
              "parquet: DuckDB's library, which reads Parquet, does not load from " + file()),
          parquet);
      assertTrue(parquet.endsWith("; another folder can be given with -Djava.io.tmpdir."), parquet);
    }
  }

  /** No folder: what is to be written there fails, for root as well. */
  private Path file() throws IOException {
    Path file = folder.resolve("file");
    return Files.exists(file) ? file : Files.createFile(file);
  }

  private static List<String> run(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Trial.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    return new String(output, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.matches("(tokenized|refused|parquet): .*"))
        .toList();
  }
}
