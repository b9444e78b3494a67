package io.mla4j.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/** Reads configuration records: defaults, then a file, then overrides. */
public final class ConfigReader {

  private ConfigReader() {}

  /**
   * Reads a YAML file, or a JSON one where its name ends in {@code .json}.
   *
   * @param type the record, or the sealed interface of a family of records
   * @param defaults the values that hold where the file is silent
   * @param overrides assignments such as {@code training.learningRate=3e-4}, the value in YAML,
   *     applied in order after the file
   * @throws ConfigException in one sentence that names the file or override, the setting by its
   *     dotted path, and what is expected
   */
  public static <T> T read(Path file, Class<T> type, T defaults, List<String> overrides) {
    List<Layer> layers = new ArrayList<>();
    layers.add(ConfigFile.read(file));
    layers.addAll(assignments(overrides));
    return resolve(file.toString(), type, defaults, layers);
  }

  /** Applies overrides to a record, as {@link #read} does after its file. */
  public static <T> T override(Class<T> type, T defaults, List<String> overrides) {
    return resolve("the configuration", type, defaults, assignments(overrides));
  }

  /**
   * What a file, with overrides, says of one setting on its top level, before anything is known of
   * the others: what tells which record to read.
   *
   * @return empty if neither names it
   * @throws ConfigException in one sentence, if the file cannot be read or the setting is no text
   */
  public static Optional<String> text(Path file, String setting, List<String> overrides) {
    Optional<String> found = Optional.empty();
    List<Layer> layers = new ArrayList<>();
    layers.add(ConfigFile.read(file));
    layers.addAll(assignments(overrides));
    for (Layer layer : layers) {
      JsonNode value = layer.tree().path(setting);
      if (!value.isMissingNode() && !value.isString()) {
        throw new ConfigException(
            layer.origin()
                + ": "
                + setting
                + " is "
                + Expectation.shown(value)
                + " but must be text.");
      }
      found = value.isString() ? Optional.of(value.asString()) : found;
    }
    return found;
  }

  private static List<Layer> assignments(List<String> overrides) {
    return overrides.stream().map(text -> Assignment.parse(text).layer()).toList();
  }

  private static <T> T resolve(String name, Class<T> type, T defaults, List<Layer> layers) {
    JavaType settings = Formats.TREE.constructType(type);
    JsonNode tree = SettingTypes.tree(settings, defaults);
    for (Layer layer : layers) {
      tree = new Layering(layer.origin()).lay(settings, tree, layer.tree());
    }
    return new Binding(name, layers, tree).bind(type);
  }
}
