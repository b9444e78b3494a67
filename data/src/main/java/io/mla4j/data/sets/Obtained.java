package io.mla4j.data.sets;

import java.nio.file.Path;

/**
 * A data set on the disk.
 *
 * @param alreadyThere whether its files were there and sound, so that nothing was done
 */
public record Obtained(DataSet set, Path folder, boolean alreadyThere) {

  public Path file(Split split) {
    return folder.resolve(split.fileName());
  }

  @Override
  public String toString() {
    return set.name()
        + (alreadyThere ? " is already in " : " was written to ")
        + folder
        + ": "
        + set.rows().get(Split.TRAIN)
        + " rows to train, "
        + set.rows().get(Split.VALIDATION)
        + " to validate, "
        + set.rows().get(Split.TEST)
        + " to test; checksums match.";
  }
}
