package io.mla4j.data.token;

import java.util.HashSet;
import java.util.List;

/**
 * How to train a byte-level BPE vocabulary.
 *
 * @param vocabularySize of special tokens, the 256 bytes and what is merged from them; the result
 *     has fewer where the texts do not give as many
 * @param specialTokens the first ids, in this order. An unknown-token is not needed: every text is
 *     made of bytes
 * @param minFrequency how often a pair must occur to become a token
 * @param maxCharacters of text looked at; what comes after is not read. A vocabulary hardly changes
 *     past some tens of megabytes, and memory grows with the number of different words
 * @param normalization what is done to texts first, in training and ever after
 */
public record BpeOptions(
    int vocabularySize,
    List<String> specialTokens,
    long minFrequency,
    long maxCharacters,
    Normalization normalization) {

  public static final String PAD = "<pad>";
  public static final String CLS = "<cls>";

  /** Ends a text that a language model goes on with. */
  public static final String EOS = "<eos>";

  public BpeOptions {
    specialTokens = List.copyOf(specialTokens);
    if (new HashSet<>(specialTokens).size() < specialTokens.size() || specialTokens.contains("")) {
      throw new IllegalArgumentException(
          "Special tokens must differ from each other and not be empty: " + specialTokens + ".");
    }
    int least = ByteAlphabet.SIZE + specialTokens.size();
    if (vocabularySize < least) {
      throw new IllegalArgumentException(
          "The vocabulary size is "
              + vocabularySize
              + " and must be at least "
              + least
              + ", the 256 bytes and the special tokens.");
    }
    if (minFrequency < 1 || maxCharacters < 1) {
      throw new IllegalArgumentException(
          "The least frequency and the most characters must be positive and are "
              + minFrequency
              + " and "
              + maxCharacters
              + ".");
    }
  }

  /**
   * {@code <pad>} and {@code <cls>}, pairs seen twice or more, and at most 100 million characters.
   */
  public static BpeOptions ofSize(int vocabularySize) {
    return new BpeOptions(vocabularySize, List.of(PAD, CLS), 2, 100_000_000, Normalization.NONE);
  }

  public BpeOptions withSpecialTokens(List<String> wanted) {
    return new BpeOptions(vocabularySize, wanted, minFrequency, maxCharacters, normalization);
  }

  public BpeOptions withMinFrequency(long wanted) {
    return new BpeOptions(vocabularySize, specialTokens, wanted, maxCharacters, normalization);
  }

  public BpeOptions withMaxCharacters(long wanted) {
    return new BpeOptions(vocabularySize, specialTokens, minFrequency, wanted, normalization);
  }

  public BpeOptions withNormalization(Normalization wanted) {
    return new BpeOptions(vocabularySize, specialTokens, minFrequency, maxCharacters, wanted);
  }
}
