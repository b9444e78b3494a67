package io.mla4j.kernels.body;

import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * One call of attention whose arguments have been checked. Queries of all heads that share a key
 * head count as rows of it: row {@code t · heads + h} of T · H/G.
 */
public record AttentionJob(
    Heads query,
    Heads key,
    Heads value,
    Optional<SecondPart> second,
    Visibility visibility,
    float scale,
    Heads out) {

  /** Further elements of queries and keys, which lie elsewhere than the first ones. */
  public record SecondPart(Heads query, Heads key) {}

  /** Keys that are scored before their values are added up. */
  public static final int BLOCK = 128;

  public long keys() {
    return key.tokens();
  }

  long sharing() {
    return query.heads() / key.heads();
  }

  /** Rows of one batch entry and key head. */
  public long rows() {
    return query.tokens() * sharing();
  }

  public long queryIndex(long batch, long group, long row) {
    return query.index(batch, row / sharing(), group * sharing() + row % sharing());
  }

  public long outIndex(long batch, long group, long row) {
    return out.index(batch, row / sharing(), group * sharing() + row % sharing());
  }

  public long firstKey(long row) {
    return visibility.first(position(row), keys());
  }

  public long endKey(long row) {
    return visibility.end(position(row), keys());
  }

  private long position(long row) {
    return keys() - query.tokens() + row / sharing();
  }

  public boolean hiddenFromAll(long batch, long position) {
    if (visibility.keyMask().isEmpty()) {
      return false;
    }
    MemorySegment mask = visibility.keyMask().get();
    return mask.get(ValueLayout.JAVA_BYTE, batch * keys() + position) == 0;
  }

  /** Whether padding hides every key of a range. */
  public boolean allHidden(long batch, long from, long to) {
    for (long s = from; s < to; s++) {
      if (!hiddenFromAll(batch, s)) {
        return false;
      }
    }
    return true;
  }
}
