package io.mla4j.tasks.recipe;

import io.mla4j.data.sets.DataSet;
import io.mla4j.data.sets.DataSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where data sets are put unless the user says otherwise, each in a folder of its name. */
public record DataFolder(Path path) {

  /** {@code datasets} below the folder the user is in, where recipes look. */
  public static DataFolder ofProgram() {
    return new DataFolder(Path.of("datasets"));
  }

  public Path of(DataSet set) {
    return path.resolve(set.name());
  }

  /** The public set that a file in a folder such as {@code datasets/trec} would be of. */
  public static Optional<String> setOf(Path file) {
    Optional<Path> folder = Optional.ofNullable(file.toAbsolutePath().getParent());
    return DataSets.all().stream()
        .filter(set -> folder.filter(path -> path.endsWith(ofProgram().of(set))).isPresent())
        .map(DataSet::name)
        .findFirst();
  }

  /** Names of the sets that are there. */
  public List<String> present() {
    return DataSets.all().stream().filter(this::holds).map(DataSet::name).toList();
  }

  /** Whether a set is there. */
  public boolean holds(DataSet set) {
    return Files.isRegularFile(of(set).resolve(set.fileName(set.splits().getLast())));
  }
}
