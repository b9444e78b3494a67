package io.mla4j.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a misspelt one was meant to be. */
final class NearestName {

  private NearestName() {}

  /** The candidate at the least edit distance, if that is at most a third of the name's length. */
  static Optional<String> of(String name, Collection<String> candidates) {
    int furthest = Math.max(2, name.length() / 3);
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= furthest);
  }

  /** Levenshtein's distance between the names without case, underscores and hyphens. */
  static int distance(String left, String right) {
    return editDistance(plain(left), plain(right));
  }

  private static String plain(String name) {
    return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }

  private static int editDistance(String left, String right) {
    int[] above = new int[right.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      above = nextRow(left.charAt(row - 1), row, right, above);
    }
    return above[right.length()];
  }

  private static int[] nextRow(char letter, int row, String right, int[] above) {
    int[] current = new int[above.length];
    current[0] = row;
    for (int column = 1; column < current.length; column++) {
      int replaced = above[column - 1] + (letter == right.charAt(column - 1) ? 0 : 1);
      current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
    }
    return current;
  }
}
