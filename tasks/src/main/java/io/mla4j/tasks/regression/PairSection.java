package io.mla4j.tasks.regression;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.data.text.TextSource;
import io.mla4j.tasks.recipe.ReadingConfig;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.tasks.recipe.SplitFiles;
import java.nio.file.Path;

/**
 * The pairs of texts of a run.
 *
 * @param files of which the validation data must be a file of its own
 * @param reading the columns of the first text and of the number
 * @param pairColumn the column of the second text
 * @param batchSize pairs a batch
 */
public record PairSection(
    @JsonUnwrapped SplitFiles files,
    @JsonUnwrapped ReadingConfig reading,
    String pairColumn,
    int batchSize) {

  public PairSection {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is 1 or more, not " + batchSize + ".");
    }
  }

  static PairSection defaults() {
    return new PairSection(SplitFiles.defaults(), ReadingConfig.defaults(), "pair", 32);
  }

  PairSection located(RecipeFolder folder) {
    return new PairSection(files.located(folder), reading, pairColumn, batchSize);
  }

  /**
   * The file by which the best model is chosen.
   *
   * @throws IllegalArgumentException if the recipe names none
   */
  Path requireValidation() {
    return files
        .validation()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The recipe names no validation data: set data.validation to a file."));
  }

  TextSource source(Path file) {
    TextSource source = reading.source(file);
    return source.withColumns(source.columns().withPair(pairColumn));
  }
}
