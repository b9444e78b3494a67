package io.mla4j.config;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Where a setting stands; shown as {@code 'training.schedule.warmupSteps'} or {@code
 * 'layers[2].width'}.
 */
record SettingPath(JsonPointer pointer) {

  static final SettingPath ROOT = new SettingPath(JsonPointer.empty());

  static SettingPath of(List<JacksonException.Reference> references) {
    SettingPath path = ROOT;
    for (JacksonException.Reference step : references) {
      String name = step.getPropertyName();
      path = name == null ? path.item(step.getIndex()) : path.child(name);
    }
    return path;
  }

  SettingPath child(String name) {
    return new SettingPath(pointer.appendProperty(name));
  }

  SettingPath item(int index) {
    return new SettingPath(pointer.appendIndex(index));
  }

  /** The path without its last step; the root's is the root. */
  SettingPath parent() {
    return isRoot() ? this : new SettingPath(pointer.head());
  }

  boolean isRoot() {
    return pointer.matches();
  }

  /** The node there, or a missing one. */
  JsonNode in(JsonNode tree) {
    return tree.at(pointer);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (JsonPointer step = pointer; !step.matches(); step = step.tail()) {
      if (step.mayMatchElement()) {
        text.append('[').append(step.getMatchingIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(step.getMatchingProperty());
      }
    }
    return "'" + text + "'";
  }
}
