package io.mla4j.tasks.language;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mla4j.data.corpus.BlockSettings;
import io.mla4j.data.corpus.Corpus;
import io.mla4j.data.corpus.Sampling;
import io.mla4j.data.text.TextSource;
import io.mla4j.tasks.recipe.ReadingConfig;
import io.mla4j.tasks.recipe.RecipeFolder;
import io.mla4j.tasks.recipe.SplitFiles;
import java.nio.file.Path;

/**
 * The text of a run.
 *
 * @param files each a file or a folder of files: plain text, where a file is one document, or rows
 *     with one each. Without validation data, the last documents of the training data are held out,
 *     or, of a single one, its last characters
 * @param reading the column of the text; the label's is not looked at
 * @param contextTokens of a block
 * @param batchSize blocks a batch
 * @param sampling whether an epoch has every block once, or blocks that start anywhere
 * @param stepsPerEpoch of random blocks; what is no step for consecutive ones
 * @param evaluationStride tokens by which the window moves on that the model is measured through; 0
 *     for as many as it has, so that it sees each token once
 */
public record TextSection(
    @JsonUnwrapped SplitFiles files,
    @JsonUnwrapped ReadingConfig reading,
    int contextTokens,
    int batchSize,
    Sampling sampling,
    int stepsPerEpoch,
    int evaluationStride) {

  public TextSection {
    if (contextTokens < 1 || batchSize < 1 || stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "contextTokens, batchSize and stepsPerEpoch are 1 or more, not %d, %d and %d."
              .formatted(contextTokens, batchSize, stepsPerEpoch));
    }
    if (evaluationStride < 0 || evaluationStride > contextTokens) {
      throw new IllegalArgumentException(
          "evaluationStride is from 0 to contextTokens, %d, not %d."
              .formatted(contextTokens, evaluationStride));
    }
  }

  static TextSection defaults() {
    return new TextSection(
        SplitFiles.defaults(), ReadingConfig.defaults(), 256, 16, Sampling.CONSECUTIVE, 1000, 0);
  }

  TextSection located(RecipeFolder folder) {
    return new TextSection(
        files.located(folder),
        reading,
        contextTokens,
        batchSize,
        sampling,
        stepsPerEpoch,
        evaluationStride);
  }

  /** The text in a file or a folder of files. */
  Corpus corpus(Path place) {
    return Corpus.of(place, this::source);
  }

  private TextSource source(TextSource file) {
    TextSource source = reading.source(file.file());
    return source.withColumns(source.columns().withoutLabel());
  }

  /** How blocks are cut where so many batches make one step. */
  BlockSettings blocks(int batchesPerStep) {
    long batches = Math.multiplyExact((long) stepsPerEpoch, (long) batchesPerStep);
    return new BlockSettings(contextTokens, batchSize, sampling, batches);
  }

  /** Tokens by which the window moves on. */
  int stride() {
    return evaluationStride == 0 ? contextTokens : evaluationStride;
  }
}
