package io.mla4j.training;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Which settings may differ between a run and the checkpoint it goes on from.
 *
 * @param free dotted names of settings that decide nothing about the result
 * @param added settings by their dotted names that older checkpoints do not have, each with the
 *     value that then held, or those one of which did
 */
public record SettingChanges(Set<String> free, Map<String, List<JsonNode>> added) {

  /** Every setting must be as it was. */
  public static final SettingChanges NONE = new SettingChanges(Set.of(), Map.of());

  public SettingChanges {
    free = Set.copyOf(free);
    added = Map.copyOf(added);
  }

  /** These may change, and nothing was added. */
  public static SettingChanges free(Set<String> names) {
    return new SettingChanges(names, Map.of());
  }
}
