package io.mla4j.data.batch;

import java.util.Arrays;
import java.util.List;

/** Lays documents out as the rows of one batch. */
final class BatchAssembly {

  private final List<EncodedDocument> documents;
  private final ContextWindow window;
  private final int chunks;
  private final int tokens;
  private final long[] ids; // [C, T]
  private final int[] lengths; // [C]
  private final int[] documentOfChunk; // [C]
  private int chunk;

  BatchAssembly(List<EncodedDocument> documents, ContextWindow window) {
    this.documents = documents;
    this.window = window;
    this.chunks = documents.stream().mapToInt(this::chunks).sum();
    this.tokens = documents.stream().mapToInt(this::longestChunk).max().orElse(0);
    this.ids = new long[Math.multiplyExact(chunks, tokens)];
    this.lengths = new int[chunks];
    this.documentOfChunk = new int[chunks];
    Arrays.fill(ids, window.padId());
  }

  private int chunks(EncodedDocument document) {
    return window.chunks(document.tokens().length);
  }

  private int longestChunk(EncodedDocument document) {
    int body = Math.min(document.tokens().length, window.chunkTokens());
    return Math.max(1, body + window.prefixTokens());
  }

  TextBatch batch() {
    for (int document = 0; document < documents.size(); document++) {
      addChunks(document, documents.get(document).tokens());
    }
    long[] labels = documents.stream().mapToLong(EncodedDocument::label).toArray();
    int[] rows = documents.stream().mapToInt(EncodedDocument::row).toArray();
    return new TextBatch(
        documents.size(), chunks, tokens, ids, lengths, documentOfChunk, labels, rows);
  }

  private void addChunks(int document, int[] source) {
    int count = window.chunks(source.length);
    for (int i = 0; i < count; i++) {
      int start = i * window.chunkTokens();
      int end = Math.min(source.length, start + window.chunkTokens());
      addChunk(document, source, start, end);
    }
  }

  private void addChunk(int document, int[] source, int start, int end) {
    int position = chunk * tokens;
    if (window.clsId().isPresent()) {
      ids[position++] = window.clsId().getAsInt();
    }
    for (int i = start; i < end; i++) {
      ids[position++] = source[i];
    }
    // An empty document keeps one padding token in sight: attention over nothing has no value.
    lengths[chunk] = Math.max(1, position - chunk * tokens);
    documentOfChunk[chunk++] = document;
  }
}
