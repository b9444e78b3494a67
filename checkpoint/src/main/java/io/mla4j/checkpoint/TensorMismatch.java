package io.mla4j.checkpoint;

import io.mla4j.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the tensors of a file differ from those a model has.
 *
 * @param missing names the model has and the file lacks
 * @param unexpected names the file has and the model lacks
 * @param misshapen names of both with different shapes, each with the two shapes
 */
record TensorMismatch(
    Path path, List<String> missing, List<String> unexpected, List<String> misshapen) {

  private static final int SHOWN = 3;

  static Optional<TensorMismatch> between(Map<String, Shape> expected, Safetensors found) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Set<String> unexpected = new LinkedHashSet<>(found.names());
    expected.forEach(
        (name, shape) -> {
          if (!unexpected.remove(name)) {
            missing.add(name);
          } else if (!found.entry(name).shape().equals(shape)) {
            misshapen.add("%s %s instead of %s".formatted(name, found.entry(name).shape(), shape));
          }
        });
    boolean same = missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty();
    return same
        ? Optional.empty()
        : Optional.of(
            new TensorMismatch(found.path(), missing, List.copyOf(unexpected), misshapen));
  }

  void raise() {
    throw new CheckpointException(sentence());
  }

  String sentence() {
    List<String> parts = new ArrayList<>();
    add(parts, missing, "lacks");
    add(parts, unexpected, "has in excess");
    add(parts, misshapen, "has in another shape");
    return "The file " + path + " does not fit the model: it " + String.join("; it ", parts) + ".";
  }

  private static void add(List<String> parts, List<String> items, String verb) {
    if (items.isEmpty()) {
      return;
    }
    String first = String.join(", ", items.subList(0, Math.min(SHOWN, items.size())));
    int more = items.size() - SHOWN;
    parts.add(
        "%s %d (%s%s)"
            .formatted(verb, items.size(), first, more > 0 ? " and " + more + " more" : ""));
  }
}
