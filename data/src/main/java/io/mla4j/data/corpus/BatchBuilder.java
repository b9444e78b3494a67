package io.mla4j.data.corpus;

import java.util.Arrays;

/** Puts stretches of a corpus into one batch. */
final class BatchBuilder {

  private final TokenCorpus corpus;
  private long[] ids;
  private long[] targets;
  private int[] starts = new int[16];
  private int[] rows = new int[16];
  private int tokens;
  private int sequences;
  private int stretches;
  private int predicted;

  BatchBuilder(TokenCorpus corpus, int expectedTokens) {
    this.corpus = corpus;
    this.ids = new long[expectedTokens];
    this.targets = new long[expectedTokens];
  }

  /**
   * Adds a stretch; a new sequence starts with it and with every document in it.
   *
   * @param firstTarget tokens before this one are not to be foretold
   */
  void add(long from, long to, long firstTarget, int row) {
    rows = stretches < rows.length ? rows : Arrays.copyOf(rows, 2 * stretches);
    rows[stretches++] = row;
    room((int) (to - from));
    int document = corpus.documentOf(from);
    startSequence();
    for (long at = from; at < to; at++) {
      boolean last = at + 1 == corpus.start(document + 1);
      ids[tokens] = corpus.token(at);
      targets[tokens] = last || at + 1 < firstTarget ? TokenBatch.IGNORED : corpus.token(at + 1);
      predicted += targets[tokens] == TokenBatch.IGNORED ? 0 : 1;
      tokens++;
      if (last && at + 1 < to) {
        document = corpus.documentOf(at + 1);
        startSequence();
      }
    }
  }

  private void room(int more) {
    if (tokens + more > ids.length) {
      int size = Math.max(2 * ids.length, tokens + more);
      ids = Arrays.copyOf(ids, size);
      targets = Arrays.copyOf(targets, size);
    }
  }

  private void startSequence() {
    starts = sequences + 1 < starts.length ? starts : Arrays.copyOf(starts, 2 * starts.length);
    starts[sequences++] = tokens;
  }

  int stretches() {
    return stretches;
  }

  TokenBatch build() {
    int[] ends = Arrays.copyOf(starts, sequences + 1);
    ends[sequences] = tokens;
    return new TokenBatch(
        Arrays.copyOf(ids, tokens),
        Arrays.copyOf(targets, tokens),
        ends,
        predicted,
        Arrays.copyOf(rows, stretches));
  }
}
