package io.mla4j.data.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The different words of a corpus as token ids, with the counts of all neighbouring pairs kept up
 * to date while pairs are joined.
 */
final class Words {

  private final int[][] symbols;
  private final long[] frequencies;
  private final Map<Long, Pair> pairs = new HashMap<>();

  Words(int[][] symbols, long[] frequencies) {
    this.symbols = symbols;
    this.frequencies = frequencies;
    for (int word = 0; word < symbols.length; word++) {
      for (int i = 0; i + 1 < symbols[word].length; i++) {
        pair(symbols[word][i], symbols[word][i + 1]).add(word, frequencies[word]);
      }
    }
  }

  private Pair pair(int left, int right) {
    return pairs.computeIfAbsent(Pair.key(left, right), unused -> new Pair(left, right));
  }

  Collection<Pair> pairs() {
    return List.copyOf(pairs.values());
  }

  /**
   * Replaces a pair by one token in all words and forgets the pair.
   *
   * @return the pairs that now occur more often
   */
  List<Pair> join(Pair pair, int joined) {
    forget(pair);
    List<Pair> raised = new ArrayList<>();
    for (int word : pair.words()) {
      join(word, pair, joined, raised);
    }
    raised.forEach(risen -> risen.raised = false);
    return raised;
  }

  void forget(Pair pair) {
    pairs.remove(Pair.key(pair.left, pair.right));
  }

  private void join(int word, Pair pair, int joined, List<Pair> raised) {
    int[] ids = symbols[word];
    int kept = 0;
    for (int i = 0; i < ids.length; i++) {
      boolean match = i + 1 < ids.length && ids[i] == pair.left && ids[i + 1] == pair.right;
      if (!match) {
        ids[kept++] = ids[i];
        continue;
      }
      if (kept > 0) {
        lower(ids[kept - 1], pair.left, word);
        raise(ids[kept - 1], joined, word, raised);
      }
      if (i + 2 < ids.length) {
        lower(pair.right, ids[i + 2], word);
        raise(joined, ids[i + 2], word, raised);
      }
      ids[kept++] = joined;
      i++;
    }
    symbols[word] = kept == ids.length ? ids : Arrays.copyOf(ids, kept);
  }

  private void lower(int left, int right, int word) {
    Pair pair = pairs.get(Pair.key(left, right));
    if (pair != null) {
      pair.count -= frequencies[word];
    }
  }

  private void raise(int left, int right, int word, List<Pair> raised) {
    Pair pair = pair(left, right);
    pair.add(word, frequencies[word]);
    if (!pair.raised) {
      pair.raised = true;
      raised.add(pair);
    }
  }
}
