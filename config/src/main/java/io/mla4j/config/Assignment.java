package io.mla4j.config;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One override, such as {@code training.learningRate=3e-4}.
 *
 * @param path the names from the outermost record inwards, at least one
 * @param value in YAML
 */
record Assignment(List<String> path, String value) {

  static Assignment parse(String text) {
    int equals = text.indexOf('=');
    List<String> path = List.of(text.substring(0, Math.max(0, equals)).strip().split("\\.", -1));
    if (equals < 0 || path.stream().anyMatch(String::isBlank)) {
      throw new ConfigException(
          "'" + text + "' is not an override; write name=value, as training.batchSize=16.");
    }
    return new Assignment(path, text.substring(equals + 1));
  }

  Layer layer() {
    String origin = "override " + String.join(".", path) + "=" + value;
    JsonNode tree = new SettingsText(origin, value).yaml();
    if (tree.isMissingNode()) {
      tree = JsonNodeFactory.instance.nullNode();
    }
    for (String name : path.reversed()) {
      ObjectNode outer = JsonNodeFactory.instance.objectNode();
      outer.set(name, tree);
      tree = outer;
    }
    return new Layer(origin, tree);
  }
}
