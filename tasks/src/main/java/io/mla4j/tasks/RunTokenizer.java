package io.mla4j.tasks;

import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.tasks.recipe.TokenizerSection;
import java.nio.file.Path;

/** The tokenizer that a run keeps in its folder. */
public final class RunTokenizer {

  private RunTokenizer() {}

  /**
   * The run's tokenizer: the one in its folder if the run is resumed, else the one the recipe
   * names, else one trained on the texts.
   *
   * @param runFile where the run keeps it
   * @param resumed whether the tokenizer there is the run's own
   * @param texts to train on
   */
  public static Tokenizer of(
      TokenizerSection section,
      Path runFile,
      boolean resumed,
      Iterable<String> texts,
      RunListener listener) {
    if (!resumed && section.file().isPresent()) {
      Tokenizer given = Tokenizer.load(section.file().get());
      given.write(runFile);
      return given;
    }
    if (!resumed) {
      BpeOptions options = section.options();
      listener.say(
          "Training a tokenizer of %,d tokens on the training texts."
              .formatted(options.vocabularySize()));
      try (VocabularyStages progress = new VocabularyStages(listener)) {
        BpeTrainer.train(texts, options, progress).write(runFile);
      }
    }
    return Tokenizer.load(runFile);
  }
}
