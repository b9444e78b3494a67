package io.mla4j.config;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Makes a record of a tree whose values fit their types. */
final class Binding {

  private final String name;
  private final List<Layer> layers;
  private final JsonNode tree;

  /**
   * @param name of the configuration, for errors that no layer alone has caused
   * @param layers from which the tree was made, lowest first
   */
  Binding(String name, List<Layer> layers, JsonNode tree) {
    this.name = name;
    this.layers = layers;
    this.tree = tree;
  }

  <T> T bind(Class<T> type) {
    try {
      return Formats.TREE.treeToValue(tree, type);
    } catch (JacksonException failure) {
      SettingPath path = SettingPath.of(failure.getPath());
      throw new ConfigException(origin(path) + ": " + sentence(path, failure), failure);
    }
  }

  /** The uppermost layer that says anything of the setting, or else of the record around it. */
  private String origin(SettingPath path) {
    if (path.isRoot()) {
      return name;
    }
    return layers.reversed().stream()
        .filter(layer -> !path.in(layer.tree()).isMissingNode())
        .map(Layer::origin)
        .findFirst()
        .orElseGet(() -> origin(path.parent()));
  }

  private String sentence(SettingPath path, JacksonException failure) {
    if (failure instanceof ValueInstantiationException refused) {
      return (path.isRoot() ? "" : path + ": ") + refusal(refused);
    }
    if (path.in(tree).isMissingNode()) {
      return path + " is missing; give it a value.";
    }
    return path + " cannot be used: " + failure.getOriginalMessage() + ".";
  }

  /** What the record's constructor said. */
  private static String refusal(ValueInstantiationException refused) {
    Throwable cause = refused.getCause();
    String message = cause == null ? null : cause.getMessage();
    String text = message == null ? refused.getOriginalMessage() : message;
    return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
  }
}
