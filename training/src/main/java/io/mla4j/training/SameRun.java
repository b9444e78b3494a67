package io.mla4j.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Tells whether a checkpoint is of the run that wants to go on from it: what it stands for, such as
 * the batches consumed, means something else under other settings or over other data.
 */
final class SameRun {

  private static final String DATA = "dataChecksums";
  private static final int CHANGES_SHOWN = 3;

  private final Path checkpoint;
  private final SettingChanges allowed;
  private final List<String> changes = new ArrayList<>();

  SameRun(Path checkpoint, SettingChanges allowed) {
    this.checkpoint = checkpoint;
    this.allowed = allowed;
  }

  /**
   * Requires that data and settings are as they were; what the checkpoint does not know is free.
   *
   * @throws TrainingException naming what changed
   */
  void require(JsonNode then, JsonNode now) {
    requireData(then.path(DATA), now.path(DATA));
    compare("", then.path("configuration"), now.path("configuration"));
    if (!changes.isEmpty()) {
      throw new TrainingException(
          "The run of %s was started with other settings (%s), so it cannot be resumed; leave them"
                  .formatted(checkpoint, changed())
              + " as they were or start a new run in another folder.");
    }
  }

  /** Looked at first: other data brings other settings, such as classes, with it. */
  private void requireData(JsonNode then, JsonNode now) {
    if (then.isMissingNode() || then.equals(now)) {
      return;
    }
    Set<String> names = new TreeSet<>(then.propertyNames());
    names.addAll(now.propertyNames());
    names.removeIf(name -> then.path(name).equals(now.path(name)));
    throw new TrainingException(
        "The data changed since %s was written (%s), so the run cannot be resumed; restore the data"
                .formatted(checkpoint, String.join(", ", names))
            + " or start a new run in another folder.");
  }

  private void compare(String path, JsonNode then, JsonNode now) {
    if (allowed.free().contains(path) || (path.isEmpty() && then.isMissingNode())) {
      return;
    }
    if (then.isMissingNode() && allowed.added().getOrDefault(path, List.of()).contains(now)) {
      return;
    }
    if (then.isString() && namesMember(then.stringValue(), now)) {
      return;
    }
    if (then.isObject() && now.isObject()) {
      Set<String> names = new LinkedHashSet<>(then.propertyNames());
      names.addAll(now.propertyNames());
      String prefix = path.isEmpty() ? "" : path + ".";
      names.forEach(name -> compare(prefix + name, then.path(name), now.path(name)));
    } else if (!then.equals(now)) {
      changes.add("%s was %s and is %s".formatted(path, text(then), text(now)));
    }
  }

  /** A member of a family without settings was written by its name alone before. */
  private static boolean namesMember(String name, JsonNode now) {
    return now.size() == 1 && now.path("type").asString("").equalsIgnoreCase(name);
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() || value.isNull() ? "not set" : value.toString();
  }

  private String changed() {
    List<String> shown = changes.subList(0, Math.min(CHANGES_SHOWN, changes.size()));
    int more = changes.size() - shown.size();
    return String.join("; ", shown) + (more > 0 ? "; and %d more".formatted(more) : "");
  }
}
