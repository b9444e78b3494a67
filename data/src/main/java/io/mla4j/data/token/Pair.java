package io.mla4j.data.token;

import java.util.Arrays;

/** Two neighbouring tokens, how often they stand together and in which words. */
final class Pair {

  final int left;
  final int right;
  long count;
  boolean raised;
  boolean joined;
  private int[] words = new int[2];
  private int size;

  Pair(int left, int right) {
    this.left = left;
    this.right = right;
  }

  static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Notes an occurrence in a word, which may be noted more than once. */
  void add(int word, long frequency) {
    count += frequency;
    if (size > 0 && words[size - 1] == word) {
      return;
    }
    if (size == words.length) {
      words = Arrays.copyOf(words, size * 2);
    }
    words[size++] = word;
  }

  /** Words the pair was ever seen in; it may have left some. */
  int[] words() {
    return Arrays.copyOf(words, size);
  }
}
