package io.mla4j.cli.option;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.tasks.run.RunFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files a command reads and those it writes. Checked before anything is read: an output that is
 * an input, or another output, would be lost without a word.
 */
public final class CommandFiles {

  /** A file and what the user knows it as. */
  private record Named(String name, Path file) {

    boolean same(Named other) {
      if (Files.exists(file) && Files.exists(other.file)) {
        try {
          return Files.isSameFile(file, other.file);
        } catch (IOException unreadable) {
          // Then the paths must do.
        }
      }
      return whole(file).equals(whole(other.file));
    }

    private static Path whole(Path file) {
      return file.toAbsolutePath().normalize();
    }
  }

  private final List<Named> inputs = new ArrayList<>();
  private final List<Named> outputs = new ArrayList<>();

  /**
   * Adds an input.
   *
   * @param name what the file is, such as {@code the data}
   */
  public CommandFiles reads(String name, Path file) {
    inputs.add(new Named(name, file));
    return this;
  }

  /** Adds an input that may have been left out. */
  public CommandFiles reads(String name, Optional<Path> file) {
    file.ifPresent(given -> reads(name, given));
    return this;
  }

  /** Adds inputs by what each is. */
  public CommandFiles reads(Map<String, Path> files) {
    files.forEach(this::reads);
    return this;
  }

  /** Adds the files of a run, its model's among them, whether they are there or not. */
  public CommandFiles readsRun(Path folder) {
    return readsModel(folder).reads(RunFolders.files(folder));
  }

  /** Adds a model's files, whether they are there or not. */
  public CommandFiles readsModel(Path folder) {
    List.of(
            ModelFolder.WEIGHTS,
            ModelFolder.WEIGHTS_INDEX,
            ModelFolder.CONFIG,
            ModelFolder.TOKENIZER)
        .forEach(file -> reads("the model's " + file, folder.resolve(file)));
    return this;
  }

  /**
   * Adds an output.
   *
   * @param option that names it, such as {@code --json}
   */
  public CommandFiles writes(String option, Path file) {
    // What is no plain file, such as /dev/null, is not replaced, and may be written to twice.
    if (Files.isRegularFile(file) || Files.notExists(file)) {
      outputs.add(new Named(option, file));
    }
    return this;
  }

  /** Adds an output that may have been left out. */
  public CommandFiles writes(String option, Optional<Path> file) {
    file.ifPresent(given -> writes(option, given));
    return this;
  }

  /**
   * Checks that every output is a file of its own.
   *
   * @throws IllegalArgumentException naming the file and both its uses
   */
  public void requireDistinct() {
    for (int i = 0; i < outputs.size(); i++) {
      Named output = outputs.get(i);
      requireNone(inputs, output, "%s would overwrite %s, %s; name another file.");
      requireNone(outputs.subList(0, i), output, "%s and %s both write %s; name two files.");
    }
  }

  private static void requireNone(List<Named> others, Named output, String sentence) {
    others.stream()
        .filter(output::same)
        .findFirst()
        .ifPresent(
            other -> {
              throw new IllegalArgumentException(
                  sentence.formatted(output.name, other.name, output.file));
            });
  }
}
