package io.mla4j.data.label;

import io.mla4j.data.DataException;
import io.mla4j.data.text.TextExample;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the classes of examples as they pass by, for data that is not held in memory. */
public final class LabelCounter {

  private final Map<String, Long> counts = new HashMap<>();
  private Optional<Path> file = Optional.empty();

  /**
   * Counts an example.
   *
   * @throws DataException if it has no label
   */
  public void add(TextExample example) {
    String label =
        example
            .label()
            .orElseThrow(
                () ->
                    new DataException(
                        example.origin() + ": the row has no label; name the label's column."));
    counts.merge(label, 1L, Long::sum);
    file = file.or(() -> Optional.of(example.origin().file()));
  }

  /**
   * The classes seen.
   *
   * @throws DataException if there are fewer than two
   */
  public LabelSet labels() {
    if (counts.size() < 2) {
      throw new DataException(
          file.map(Path::toString).orElse("The training data")
              + (counts.isEmpty()
                  ? " has no examples."
                  : " has only the class '"
                      + counts.keySet().iterator().next()
                      + "'; training needs examples of at least two classes."));
    }
    return LabelSet.sorted(counts.keySet());
  }

  /** How often each of the given classes was seen, by its number. */
  public long[] counts(LabelSet labels) {
    return labels.names().stream().mapToLong(name -> counts.getOrDefault(name, 0L)).toArray();
  }
}
