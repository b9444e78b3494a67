package io.mla4j.data.corpus;

import io.mla4j.data.batch.BatchIterator;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Windows that slide over each document, to measure a model by: every token but a document's first
 * is foretold once, in the first window that reaches it, so that it has at least {@code context −
 * stride + 1} tokens before it wherever there are as many.
 */
public final class TokenWindows implements TokenSource {

  private final TokenCorpus corpus;
  private final int context;
  private final int stride;
  private final int batchSize;
  private final long windows;
  private final long predicted;

  /**
   * Lays out the windows.
   *
   * @param context tokens of a window, of which the last foretells the one after the window
   * @param stride tokens by which a window moves on, at most the context
   * @param batchSize windows a batch
   */
  public TokenWindows(TokenCorpus corpus, int context, int stride, int batchSize) {
    if (context < 1 || stride < 1 || stride > context || batchSize < 1) {
      throw new IllegalArgumentException(
          "A window has 1 token or more and moves by 1 or more, at most as many as it has, not %d and %d."
              .formatted(context, stride));
    }
    this.corpus = corpus;
    this.context = context;
    this.stride = stride;
    this.batchSize = batchSize;
    long count = 0;
    long foretold = 0;
    for (int document = 0; document < corpus.documents(); document++) {
      long targets = Math.max(0, corpus.start(document + 1) - corpus.start(document) - 1);
      count += targets == 0 ? 0 : 1 + Math.ceilDiv(Math.max(0, targets - context), (long) stride);
      foretold += targets;
    }
    this.windows = count;
    this.predicted = foretold;
  }

  @Override
  public BatchIterator<TokenBatch> batches(long epoch, long skipBatches) {
    Batches batches = new Batches();
    for (long i = 0; i < skipBatches && batches.hasNext(); i++) {
      batches.next();
    }
    return batches;
  }

  private final class Batches implements BatchIterator<TokenBatch> {

    private int document;
    private long from;
    private long foretold = 1;
    private long made;

    @Override
    public boolean hasNext() {
      return made < windows;
    }

    @Override
    public TokenBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("There are no more windows.");
      }
      BatchBuilder batch = new BatchBuilder(corpus, Math.multiplyExact(batchSize, context));
      while (batch.stretches() < batchSize && hasNext()) {
        addWindow(batch);
      }
      return batch.build();
    }

    /** Adds the next window, of the running document or the next that has one. */
    private void addWindow(BatchBuilder batch) {
      long end = corpus.start(document + 1);
      while (foretold >= end) {
        document++;
        from = corpus.start(document);
        foretold = from + 1;
        end = corpus.start(document + 1);
      }
      long to = Math.min(end - 1, from + context);
      batch.add(from, to, foretold, (int) made);
      made++;
      foretold = to + 1;
      from += stride;
    }

    @Override
    public void close() {}
  }

  @Override
  public Iterator<TokenBatch> iterator() {
    return batches(0);
  }

  @Override
  public long batchesPerEpoch() {
    return Math.ceilDiv(windows, (long) batchSize);
  }

  /** Tokens that are foretold. */
  @Override
  public long examplesPerEpoch() {
    return predicted;
  }

  @Override
  public String checksum() {
    return corpus.checksum();
  }

  @Override
  public long bytes() {
    return corpus.bytes();
  }
}
