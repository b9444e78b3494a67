package io.mla4j.data.batch;

import io.mla4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns texts into batches; what a model needs to judge a handful of texts. Safe for threads. */
public final class DocumentEncoder {

  private final Tokenizer tokenizer;
  private final ContextWindow window;

  public DocumentEncoder(Tokenizer tokenizer, ContextWindow window) {
    this.tokenizer = tokenizer;
    this.window = window;
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
    for (int[] tokens : tokenizer.encodeAll(texts)) {
      documents.add(document(tokens, (int) TextBatch.UNKNOWN_LABEL, documents.size()));
    }
    return assemble(documents);
  }

  /** How texts fit the context. */
  public LengthReport lengths(List<String> texts) {
    LengthReport report = LengthReport.NONE;
    for (int[] tokens : tokenizer.encodeAll(texts)) {
      report = report.plus(tokens.length, window);
    }
    return report;
  }

  int[][] encode(List<String> texts) {
    return tokenizer.encodeAll(texts);
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
