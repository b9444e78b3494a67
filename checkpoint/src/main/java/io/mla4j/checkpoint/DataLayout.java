package io.mla4j.checkpoint;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The rule that tensors cover the data of a safetensors file exactly, without overlap or hole. */
final class DataLayout {

  private static final Comparator<TensorEntry> BY_POSITION =
      Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end);

  private DataLayout() {}

  /**
   * Checks the byte ranges of all tensors.
   *
   * @param size bytes of data in the file
   * @throws CheckpointException naming the first tensor that breaks the rule
   */
  static void check(Path path, Collection<TensorEntry> entries, long size) {
    List<TensorEntry> sorted = entries.stream().sorted(BY_POSITION).toList();
    long covered = 0;
    for (TensorEntry entry : sorted) {
      requireInside(path, entry, size);
      if (entry.begin() != covered) {
        throw misplaced(path, entry, covered);
      }
      covered = entry.end();
    }
    if (covered != size) {
      throw new CheckpointException(
          "The file %s has %d bytes of data, of which its tensors cover only %d."
              .formatted(path, size, covered));
    }
  }

  private static void requireInside(Path path, TensorEntry entry, long size) {
    if (entry.end() > size) {
      throw new CheckpointException(
          "The file %s is truncated: the tensor '%s' ends at byte %d of the data, which has %d."
              .formatted(path, entry.name(), entry.end(), size));
    }
  }

  private static CheckpointException misplaced(Path path, TensorEntry entry, long covered) {
    String problem =
        entry.begin() < covered
            ? "lets the tensor '%s' at byte %d overlap one that ends at byte %d."
            : "has a hole before the tensor '%s' at byte %d: the one before it ends at byte %d.";
    return new CheckpointException(
        "The file " + path + " " + problem.formatted(entry.name(), entry.begin(), covered));
  }
}
