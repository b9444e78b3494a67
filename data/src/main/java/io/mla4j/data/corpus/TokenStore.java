package io.mla4j.data.corpus;

import java.util.ArrayList;
import java.util.List;

/** Very many token ids, in two bytes each where the vocabulary allows it, else in four. */
final class TokenStore {

  private static final int SHIFT = 20;
  private static final int CHUNK = 1 << SHIFT;

  private final boolean narrow;
  private final List<char[]> shorts = new ArrayList<>();
  private final List<int[]> ints = new ArrayList<>();
  private long size;

  /**
   * An empty one.
   *
   * @param vocabulary above every id
   */
  TokenStore(int vocabulary) {
    this.narrow = vocabulary <= 1 << Character.SIZE;
  }

  void add(int token) {
    int place = (int) (size & (CHUNK - 1));
    if (place == 0) {
      grow();
    }
    if (narrow) {
      shorts.getLast()[place] = (char) token;
    } else {
      ints.getLast()[place] = token;
    }
    size++;
  }

  private void grow() {
    if (narrow) {
      shorts.add(new char[CHUNK]);
    } else {
      ints.add(new int[CHUNK]);
    }
  }

  int get(long index) {
    int chunk = (int) (index >>> SHIFT);
    int place = (int) (index & (CHUNK - 1));
    return narrow ? shorts.get(chunk)[place] : ints.get(chunk)[place];
  }

  long size() {
    return size;
  }
}
