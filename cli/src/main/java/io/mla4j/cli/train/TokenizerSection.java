package io.mla4j.cli.train;

import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.Normalization;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The tokenizer of a run.
 *
 * @param file a {@code tokenizer.json}; where absent, one is trained on the training texts
 * @param vocabSize tokens of a trained one
 * @param lowercase whether a trained one puts texts in lower case first
 * @param prefixSpace whether a trained one puts a space before the first word, which then is the
 *     same token as everywhere else
 */
public record TokenizerSection(
    Optional<Path> file, int vocabSize, boolean lowercase, boolean prefixSpace) {

  public TokenizerSection {
    if (vocabSize < 300) {
      throw new IllegalArgumentException(
          "A byte-level tokenizer has 300 tokens or more, not " + vocabSize + ".");
    }
  }

  static TokenizerSection defaults() {
    return new TokenizerSection(Optional.empty(), 8000, false, false);
  }

  /** The same section with a full path. */
  TokenizerSection located(RecipeFolder folder) {
    return new TokenizerSection(file.map(folder::locate), vocabSize, lowercase, prefixSpace);
  }

  /** How one is trained. */
  BpeOptions options() {
    return BpeOptions.ofSize(vocabSize)
        .withNormalization(new Normalization(lowercase, prefixSpace));
  }
}
