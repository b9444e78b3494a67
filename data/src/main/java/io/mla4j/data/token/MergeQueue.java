package io.mla4j.data.token;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Finds the most frequent pair, the one with the smaller ids among equals. Counts that have sunk
 * since a pair was queued are noticed when it comes up, and it is queued again.
 */
final class MergeQueue {

  private record Candidate(Pair pair, long count) {}

  private static final Comparator<Candidate> ORDER =
      Comparator.comparingLong(Candidate::count)
          .reversed()
          .thenComparingInt(candidate -> candidate.pair().left)
          .thenComparingInt(candidate -> candidate.pair().right);

  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(ORDER);
  private final long minFrequency;

  MergeQueue(Words words, long minFrequency) {

    this.minFrequency = minFrequency;
    addAll(words.pairs());
  }

  void addAll(Collection<Pair> pairs) {
    for (Pair pair : pairs) {
      if (pair.count >= minFrequency) {
        queue.add(new Candidate(pair, pair.count));
      }
    }
  }

  /** Takes the most frequent pair; empty when none is frequent enough. */
  Optional<Pair> take() {
    for (Candidate next = queue.poll(); next != null; next = queue.poll()) {
      Pair pair = next.pair();
      if (pair.joined) {
        continue;
      }
      if (pair.count == next.count()) {
        pair.joined = true;
        return Optional.of(pair);
      }
      if (pair.count >= minFrequency) {
        queue.add(new Candidate(pair, pair.count));
      }
    }
    return Optional.empty();
  }
}
