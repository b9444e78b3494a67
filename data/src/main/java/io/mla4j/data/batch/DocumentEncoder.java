package io.mla4j.data.batch;

import io.mla4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Turns texts into batches; what a model needs to judge a handful of texts. Safe for threads. */
public final class DocumentEncoder {

  private final Tokenizer tokenizer;
  private final ContextWindow window;
  private final boolean begunByTokenizer;

  public DocumentEncoder(Tokenizer tokenizer, ContextWindow window) {
    this.tokenizer = tokenizer;
    this.window = window;
    this.begunByTokenizer = begins(tokenizer.encode(""));
  }

  private boolean begins(int[] tokens) {
    return tokens.length > 0 && window.clsId().equals(OptionalInt.of(tokens[0]));
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  public ContextWindow window() {
    return window;
  }

  /** One batch of all the texts, without labels; row {@code i} is text {@code i}. */
  public TextBatch batch(List<String> texts) {
    List<EncodedDocument> documents = new ArrayList<>();
    for (int[] tokens : encode(texts)) {
      documents.add(document(tokens, (int) TextBatch.UNKNOWN_LABEL, documents.size()));
    }
    return assemble(documents);
  }

  /** How texts fit the context. */
  public LengthReport lengths(List<String> texts) {
    LengthReport report = LengthReport.NONE;
    for (int[] tokens : encode(texts)) {
      report = report.plus(tokens.length, window);
    }
    return report;
  }

  /**
   * The texts' ids, with what the tokenizer adds but for the class token, which the window puts in
   * front of the first chunk as of all others.
   */
  int[][] encode(List<String> texts) {
    int[][] all = tokenizer.encodeAll(texts);
    return begunByTokenizer
        ? Arrays.stream(all).map(this::withoutClassToken).toArray(int[][]::new)
        : all;
  }

  private int[] withoutClassToken(int[] tokens) {
    return begins(tokens) ? Arrays.copyOfRange(tokens, 1, tokens.length) : tokens;
  }

  EncodedDocument document(int[] tokens, int label, int row) {
    int kept = window.keptTokens(tokens.length);
    return new EncodedDocument(
        kept == tokens.length ? tokens : Arrays.copyOf(tokens, kept),
        tokens.length - kept,
        label,
        row);
  }

  TextBatch assemble(List<EncodedDocument> documents) {
    return new BatchAssembly(documents, window).batch();
  }
}
