package io.mla4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * Which mla4j this is.
 *
 * @param version as released, such as {@code 0.1.0}
 * @param commit what it was built from, as git abbreviates it, with {@code -dirty} if files had
 *     changed since; {@code unknown} outside a git repository
 */
public record BuildVersion(String version, String commit) {

  public static final BuildVersion CURRENT = read();

  private static BuildVersion read() {
    Properties build = new Properties();
    try (InputStream stream = BuildVersion.class.getResourceAsStream("build.properties")) {
      build.load(Objects.requireNonNull(stream, "build.properties is not beside its class"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new BuildVersion(build.getProperty("version", ""), build.getProperty("commit", ""));
  }

  @Override
  public String toString() {
    return version + " (" + commit + ")";
  }
}
