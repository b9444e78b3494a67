package io.mla4j.models.encoder;

import io.mla4j.data.batch.ContextWindow;
import io.mla4j.data.batch.LongText;
import io.mla4j.data.token.Tokenizer;

/**
 * How much of a document a model reads.
 *
 * @param contextTokens the longest piece of text the model reads at once
 * @param longText what happens to longer documents
 * @param maxChunks the most pieces of one document
 */
public record Window(int contextTokens, LongText longText, int maxChunks) {

  public Window {
    Bounds.atLeast("contextTokens", contextTokens, 2);
    Bounds.atLeast("maxChunks", maxChunks, 1);
  }

  /** Up to four chunks of 256 tokens. */
  public static Window defaults() {
    return new Window(256, LongText.CHUNK, 4);
  }

  /** What a loader does. */
  public static Window of(ContextWindow window) {
    return new Window(window.contextTokens(), window.longText(), window.maxChunks());
  }

  /** This window with longer or shorter pieces. */
  public Window withContextTokens(int tokens) {
    return new Window(tokens, longText, maxChunks);
  }

  /** How a tokenizer's documents become chunks. */
  public ContextWindow over(Tokenizer tokenizer) {
    return ContextWindow.of(tokenizer, contextTokens)
        .withClassTokenOf(tokenizer)
        .withLongText(longText)
        .withMaxChunks(maxChunks);
  }
}
