package io.mla4j.data.label;

import io.mla4j.data.text.TextExample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Examples split in two, both in their original order.
 *
 * @param train those to learn from
 * @param heldOut those to judge by
 */
public record HeldOut(List<TextExample> train, List<TextExample> heldOut) {

  /**
   * Holds out the same share of every class, chosen by the seed alone. A class with two or more
   * examples gives at least one and keeps at least one.
   *
   * @param share in (0, 1)
   * @throws IllegalArgumentException if the share is outside that
   */
  public static HeldOut stratified(List<TextExample> examples, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "The held-out share must lie between 0 and 1 and is " + share + ".");
    }
    Random random = new Random(seed);
    Set<Integer> chosen = new HashSet<>();
    for (List<Integer> rows : rowsByLabel(examples).values()) {
      shuffle(rows, random);
      chosen.addAll(rows.subList(0, count(rows.size(), share)));
    }
    return divide(examples, chosen);
  }

  private static Map<String, List<Integer>> rowsByLabel(List<TextExample> examples) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (int row = 0; row < examples.size(); row++) {
      String label = examples.get(row).label().orElse("");
      rows.computeIfAbsent(label, unused -> new ArrayList<>()).add(row);
    }
    return rows;
  }

  private static void shuffle(List<Integer> rows, Random random) {
    for (int i = rows.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      rows.set(other, rows.set(i, rows.get(other)));
    }
  }

  private static int count(int size, double share) {
    return size < 2 ? 0 : Math.clamp(Math.round(size * share), 1, size - 1);
  }

  private static HeldOut divide(List<TextExample> examples, Set<Integer> chosen) {
    List<TextExample> train = new ArrayList<>();
    List<TextExample> heldOut = new ArrayList<>();
    for (int row = 0; row < examples.size(); row++) {
      (chosen.contains(row) ? heldOut : train).add(examples.get(row));
    }
    return new HeldOut(List.copyOf(train), List.copyOf(heldOut));
  }
}
