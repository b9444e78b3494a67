package io.mla4j.tasks.recipe;

import io.mla4j.checkpoint.ModelFolder;
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

  /** One of 8,000 tokens, trained on the texts as they are. */
  public static TokenizerSection defaults() {
    return new TokenizerSection(Optional.empty(), 8000, false, false);
  }

  /** The same section with a full path. */
  public TokenizerSection located(RecipeFolder folder) {
    return new TokenizerSection(file.map(folder::locate), vocabSize, lowercase, prefixSpace);
  }

  /** The tokenizer of a model that training starts from, unless another is named. */
  public TokenizerSection startingFrom(Optional<Path> model) {
    return new TokenizerSection(
        file.or(() -> model.map(folder -> folder.resolve(ModelFolder.TOKENIZER))),
        vocabSize,
        lowercase,
        prefixSpace);
  }

  /** How one is trained. */
  public BpeOptions options() {
    return BpeOptions.ofSize(vocabSize)
        .withNormalization(new Normalization(lowercase, prefixSpace));
  }
}
