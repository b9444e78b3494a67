package io.mla4j.tasks;

import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.BpeTrainer;
import io.mla4j.data.token.Tokenizer;
import io.mla4j.tasks.recipe.TokenizerSection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

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
    return of(
        section.file(), runFile, resumed, file -> train(section.options(), texts, file, listener));
  }

  private static void train(
      BpeOptions options, Iterable<String> texts, Path file, RunListener listener) {
    listener.say(
        "Training a tokenizer of %,d tokens on the training texts."
            .formatted(options.vocabularySize()));
    try (VocabularyStages progress = new VocabularyStages(listener)) {
      BpeTrainer.train(texts, options, progress).write(file);
    }
  }

  /**
   * The run's tokenizer: the one in its folder if the run is resumed, else the given one, else one
   * that is made.
   *
   * @param runFile where the run keeps it
   * @param resumed whether the tokenizer there is the run's own
   * @param making writes one to a file
   */
  public static Tokenizer of(
      Optional<Path> given, Path runFile, boolean resumed, Consumer<Path> making) {
    if (!resumed && given.isPresent()) {
      Tokenizer tokenizer = Tokenizer.load(given.get());
      tokenizer.write(runFile);
      return tokenizer;
    }
    if (!resumed) {
      making.accept(runFile);
    }
    return Tokenizer.load(runFile);
  }
}
