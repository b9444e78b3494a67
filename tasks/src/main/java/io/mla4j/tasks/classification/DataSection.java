package io.mla4j.tasks.classification;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.tasks.recipe.ReadingConfig;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.tasks.recipe.SplitFiles;

/**
 * The labelled texts of a run.
 *
 * @param reading columns of text and class
 * @param batchSize documents a batch
 * @param streamBuffer examples in memory at once while the file is re-read every epoch; 0 to keep
 *     all of them in memory
 */
public record DataSection(
    @JsonUnwrapped SplitFiles files,
    @JsonUnwrapped ReadingConfig reading,
    int batchSize,
    int streamBuffer) {

  public DataSection {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is 1 or more, not " + batchSize + ".");
    }
    if (streamBuffer < 0) {
      throw new IllegalArgumentException("streamBuffer is 0 or more, not " + streamBuffer + ".");
    }
    if (streamBuffer > 0 && files.validation().isEmpty()) {
      throw new IllegalArgumentException(
          "Streamed training data needs a validation file: give data.validation.");
    }
  }

  static DataSection defaults() {
    return new DataSection(SplitFiles.defaults(), ReadingConfig.defaults(), 32, 0);
  }

  /** The same section over other files. */
  public DataSection withFiles(SplitFiles other) {
    return new DataSection(other, reading, batchSize, streamBuffer);
  }

  DataSection located(RecipeFolder folder) {
    return withFiles(files.located(folder));
  }
}
