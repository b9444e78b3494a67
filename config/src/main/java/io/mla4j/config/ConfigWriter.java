package io.mla4j.config;

import io.mla4j.files.AtomicFile;
import java.nio.file.Path;

/** Writes configuration records, whole: {@link ConfigReader} reads an equal record back. */
public final class ConfigWriter {

  private ConfigWriter() {}

  public static <T> String yaml(Class<T> type, T config) {
    return Formats.YAML.writerFor(type).writeValueAsString(config);
  }

  public static <T> String json(Class<T> type, T config) {
    return Formats.JSON.writerFor(type).writeValueAsString(config) + "\n";
  }

  /**
   * Writes JSON where the file's name ends in {@code .json} and YAML elsewhere.
   *
   * @throws java.io.UncheckedIOException naming the file, if it cannot be written
   */
  public static <T> void write(Path file, Class<T> type, T config) {
    AtomicFile.writeString(file, ConfigFile.isJson(file) ? json(type, config) : yaml(type, config));
  }
}
