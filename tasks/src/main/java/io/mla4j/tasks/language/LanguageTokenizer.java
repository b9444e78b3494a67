package io.mla4j.tasks.language;

import io.mla4j.checkpoint.ModelFolder;
import io.mla4j.data.token.BpeOptions;
import io.mla4j.data.token.CharacterVocabulary;
import io.mla4j.data.token.Normalization;
import io.mla4j.tasks.recipe.RecipeFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tokenizer of a language model.
 *
 * @param file a {@code tokenizer.json}; where absent, one is trained on the training text
 * @param type of a trained one
 * @param vocabSize tokens of a trained one of byte pairs
 * @param lowercase whether a trained one of byte pairs puts texts in lower case first
 * @param endToken whether a trained one has a token that ends a document; where absent, it has one
 *     unless the training data are a single text
 * @param unknownToken whether a trained one of characters has a token for characters that are not
 *     in the training text; else such a text is refused
 */
public record LanguageTokenizer(
    Optional<Path> file,
    Type type,
    int vocabSize,
    boolean lowercase,
    Optional<Boolean> endToken,
    boolean unknownToken) {

  /** What tokens are. */
  public enum Type {
    /** Bytes and what is joined from them, most frequent pairs first. */
    BPE,
    /** Every character of the text. */
    CHARACTERS
  }

  private static final int LEAST = 257;

  public LanguageTokenizer {
    if (vocabSize < LEAST) {
      throw new IllegalArgumentException(
          "A tokenizer of byte pairs has %d tokens or more, not %d.".formatted(LEAST, vocabSize));
    }
  }

  static LanguageTokenizer defaults() {
    return new LanguageTokenizer(Optional.empty(), Type.BPE, 8000, false, Optional.empty(), false);
  }

  LanguageTokenizer located(RecipeFolder folder) {
    return withFile(file.map(folder::locate));
  }

  /** The tokenizer of a model that training starts from, unless another is named. */
  LanguageTokenizer startingFrom(Optional<Path> model) {
    return withFile(file.or(() -> model.map(folder -> folder.resolve(ModelFolder.TOKENIZER))));
  }

  private LanguageTokenizer withFile(Optional<Path> other) {
    return new LanguageTokenizer(other, type, vocabSize, lowercase, endToken, unknownToken);
  }

  /** How one of byte pairs is trained. */
  BpeOptions options(boolean single) {
    return BpeOptions.ofSize(vocabSize)
        .withSpecialTokens(end(single))
        .withNormalization(new Normalization(lowercase, false));
  }

  /** The characters of texts. */
  CharacterVocabulary characters(Iterable<String> texts, boolean single) {
    List<String> special = new ArrayList<>(end(single));
    Optional<String> unknown =
        unknownToken ? Optional.of(CharacterVocabulary.UNKNOWN) : Optional.empty();
    unknown.ifPresent(special::add);
    return CharacterVocabulary.of(texts, special, unknown);
  }

  private List<String> end(boolean single) {
    return endToken.orElse(!single) ? List.of(BpeOptions.EOS) : List.of();
  }
}
