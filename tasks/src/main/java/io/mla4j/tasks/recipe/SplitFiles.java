package io.mla4j.tasks.recipe;

import io.mla4j.files.Checksum;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a run's data.
 *
 * @param train JSON, JSON Lines, CSV, TSV or Parquet, possibly gzipped
 * @param validation chooses the best model; held out of the training data where absent
 * @param test measured once at the end
 * @param heldOutShare of the training data, where there is no validation file
 */
public record SplitFiles(
    Optional<Path> train, Optional<Path> validation, Optional<Path> test, double heldOutShare) {

  public static final String TRAINING = "training";
  public static final String VALIDATION = "validation";
  public static final String TEST = "test";

  public SplitFiles {
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new IllegalArgumentException(
          "heldOutShare is between 0 and 1, not " + heldOutShare + ".");
    }
  }

  /** None, and a tenth held out of those to come. */
  public static SplitFiles defaults() {
    return new SplitFiles(Optional.empty(), Optional.empty(), Optional.empty(), 0.1);
  }

  /** Three files. */
  public SplitFiles with(Path trainFile, Path validationFile, Path testFile) {
    return new SplitFiles(
        Optional.of(trainFile), Optional.of(validationFile), Optional.of(testFile), heldOutShare);
  }

  /** The same files by their full paths. */
  public SplitFiles located(RecipeFolder folder) {
    return new SplitFiles(
        train.map(folder::locate),
        validation.map(folder::locate),
        test.map(folder::locate),
        heldOutShare);
  }

  /**
   * The file to learn from.
   *
   * @throws IllegalArgumentException if the recipe names none
   */
  public Path requireTrain() {
    return train.orElseThrow(
        () ->
            new IllegalArgumentException(
                "The recipe names no training data: set data.train to a file."));
  }

  /** The files by what each is to a person. */
  public Map<String, Path> named() {
    Map<String, Path> named = new LinkedHashMap<>();
    train.ifPresent(file -> named.put("the training data", file));
    validation.ifPresent(file -> named.put("the validation data", file));
    test.ifPresent(file -> named.put("the test data", file));
    return named;
  }

  /** SHA-256 of every file by what it is for, wherever it lies. */
  public Map<String, String> checksums() {
    Map<String, String> checksums = new TreeMap<>();
    train.ifPresent(file -> checksums.put(TRAINING, Checksum.of(file)));
    validation.ifPresent(file -> checksums.put(VALIDATION, Checksum.of(file)));
    test.ifPresent(file -> checksums.put(TEST, Checksum.of(file)));
    return checksums;
  }
}
