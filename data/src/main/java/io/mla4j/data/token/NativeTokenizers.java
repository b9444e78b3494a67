package io.mla4j.data.token;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.mla4j.data.DataException;
import io.mla4j.files.UnpackedLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Loads the native library from the class path. DJL's own front class is passed by: it calls home
 * when it starts, and it copies eight arrays for every text where the ids are enough.
 *
 * <p>DJL unpacks the library to its cache. A JVM loads one file for one class loader, so that a
 * second one, as of a web application that is deployed again, needs a copy; and so does a cache
 * that is full or closed to programs.
 */
final class NativeTokenizers {

  private static final String NAME = "tokenizers";
  private static final UnpackedLibrary LIBRARY = new UnpackedLibrary("The tokenizers' library");

  /** Why the library is not there; empty if it is. */
  private static final Optional<String> PROBLEM;

  static {
    // Read while DJL loads: without them it asks for a CUDA build over the network where it sees a
    // GPU.
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
    PROBLEM = load();
  }

  private NativeTokenizers() {}

  /**
   * The library.
   *
   * @throws DataException if it does not load
   */
  static TokenizersLibrary library() {
    if (PROBLEM.isPresent()) {
      throw new DataException(PROBLEM.get());
    }
    return TokenizersLibrary.LIB;
  }

  private static Optional<String> load() {
    try {
      LibUtils.checkStatus();
      return Optional.empty();
    } catch (RuntimeException | LinkageError failure) {
      return loadCopy();
    }
  }

  /** Loads a copy in the folder of temporary files. */
  private static Optional<String> loadCopy() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      Path file = Files.createTempFile(folder, "mla4j-", System.mapLibraryName(NAME));
      try (InputStream library = open()) {
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        System.load(file.toString());
      } finally {
        discard(file);
      }
      return Optional.empty();
    } catch (IOException | LinkageError failure) {
      String setting =
          "-Djava.io.tmpdir, or with the environment variable DJL_CACHE_DIR in place of "
              + Utils.getEngineCacheDir(NAME);
      return Optional.of(LIBRARY.problem(folder, failure, setting));
    }
  }

  private static InputStream open() throws IOException {
    String platform = Platform.detectPlatform(NAME).getClassifier();
    String name = "/native/lib/%s/cpu/%s".formatted(platform, System.mapLibraryName(NAME));
    InputStream stream = TokenizersLibrary.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IOException("there is none for the platform " + platform);
    }
    return stream;
  }

  /** What is loaded stays mapped; Windows keeps it until the end. */
  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException inUse) {
      file.toFile().deleteOnExit();
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }
}
