package io.mla4j.data.batch;

import io.mla4j.data.token.Tokenizer;
import java.util.OptionalInt;

/**
 * How documents of any length are fitted to a model's context.
 *
 * @param contextTokens the longest chunk, with the class token
 * @param maxChunks most chunks of a document under {@link LongText#CHUNK}
 * @param clsId put in front of every chunk, if present
 * @param padId fills the rows of shorter chunks
 */
public record ContextWindow(
    int contextTokens, LongText longText, int maxChunks, OptionalInt clsId, int padId) {

  public static final int DEFAULT_MAX_CHUNKS = 8;

  public ContextWindow {
    int least = clsId.isPresent() ? 2 : 1;
    if (contextTokens < least) {
      throw new IllegalArgumentException(
          "contextTokens is " + contextTokens + " and must be at least " + least + ".");
    }
    if (maxChunks < 1) {
      throw new IllegalArgumentException("maxChunks is " + maxChunks + " and must be at least 1.");
    }
    if (padId < 0 || clsId.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "Token ids cannot be negative: padding " + padId + ", class token " + clsId + ".");
    }
  }

  /**
   * Chunks of a tokenizer's ids, at most {@value #DEFAULT_MAX_CHUNKS} a document, without a class
   * token. The padding id is the tokenizer's, or 0 where it has none: padding is never looked at.
   */
  public static ContextWindow of(Tokenizer tokenizer, int contextTokens) {
    return new ContextWindow(
        contextTokens,
        LongText.CHUNK,
        DEFAULT_MAX_CHUNKS,
        OptionalInt.empty(),
        tokenizer.padId().orElse(0));
  }

  public ContextWindow withLongText(LongText wanted) {
    return new ContextWindow(contextTokens, wanted, maxChunks, clsId, padId);
  }

  public ContextWindow withMaxChunks(int wanted) {
    return new ContextWindow(contextTokens, longText, wanted, clsId, padId);
  }

  public ContextWindow withClsId(int wanted) {
    return new ContextWindow(contextTokens, longText, maxChunks, OptionalInt.of(wanted), padId);
  }

  /** With the tokenizer's class token in front of every chunk, if it has one. */
  public ContextWindow withClassTokenOf(Tokenizer tokenizer) {
    OptionalInt cls = tokenizer.clsId();
    return cls.isPresent() ? withClsId(cls.getAsInt()) : this;
  }

  public ContextWindow withPadId(int wanted) {
    return new ContextWindow(contextTokens, longText, maxChunks, clsId, wanted);
  }

  /** Tokens of the document in a full chunk. */
  int chunkTokens() {
    return contextTokens - prefixTokens();
  }

  int prefixTokens() {
    return clsId.isPresent() ? 1 : 0;
  }

  /** How many of a document's tokens are kept. */
  int keptTokens(int documentTokens) {
    long limit = (long) chunkTokens() * (longText == LongText.CHUNK ? maxChunks : 1);
    return (int) Math.min(documentTokens, limit);
  }

  /** Chunks of a document of which so many tokens are kept; an empty one has one too. */
  int chunks(int keptTokens) {
    return Math.max(1, Math.ceilDiv(keptTokens, chunkTokens()));
  }
}
