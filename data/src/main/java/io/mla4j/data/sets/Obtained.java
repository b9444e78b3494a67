package io.mla4j.data.sets;

import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A data set on the disk.
 *
 * @param alreadyThere whether its files were there and sound, so that nothing was done
 */
public record Obtained(DataSet set, Path folder, boolean alreadyThere) {

  public Path file(Split split) {
    return folder.resolve(set.fileName(split));
  }

  @Override
  public String toString() {
    return set.name()
        + (alreadyThere ? " is already in " : " was written to ")
        + folder
        + ": "
        + set.splits().stream().map(this::size).collect(Collectors.joining(", "))
        + "; checksums match.";
  }

  private String size(Split split) {
    String purpose =
        switch (split) {
          case TRAIN -> "to train";
          case VALIDATION -> "to validate";
          case TEST -> "to test";
        };
    String what = set.form() == DataSet.Form.TEXT ? "text" : set.rows().get(split) + " rows";
    return what + " " + purpose;
  }
}
