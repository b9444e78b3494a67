package io.mla4j.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a misspelt one was meant to be: of a setting, an option, a command. */
public final class NearestName {

  private NearestName() {}

  /** The candidate the fewest slips away, if those are at most a third of its letters, or one. */
  public static Optional<String> of(String name, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> slips(name, candidate)))
        .filter(candidate -> slips(name, candidate) <= mostSlips(candidate));
  }

  /** One letter alone is never near another. */
  private static int mostSlips(String candidate) {
    int letters = plain(candidate).length();
    return Math.min(letters - 1, Math.max(1, letters / 3));
  }

  /**
   * Letters left out, put in, replaced, or swapped with their neighbour; case, underscores and
   * hyphens do not count.
   */
  static int slips(String name, String candidate) {
    String typed = plain(name);
    String meant = plain(candidate);
    int[][] cost = new int[typed.length() + 1][meant.length() + 1];
    for (int i = 0; i <= typed.length(); i++) {
      for (int j = 0; j <= meant.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : least(cost, typed, meant, i, j);
      }
    }
    return cost[typed.length()][meant.length()];
  }

  private static String plain(String name) {
    return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
  }

  private static int least(int[][] cost, String typed, String meant, int i, int j) {
    boolean same = typed.charAt(i - 1) == meant.charAt(j - 1);
    int replaced = cost[i - 1][j - 1] + (same ? 0 : 1);
    int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1
            && j > 1
            && typed.charAt(i - 1) == meant.charAt(j - 2)
            && typed.charAt(i - 2) == meant.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
