package io.mla4j.kernels.verification;

import java.util.ArrayList;
import java.util.List;

/**
 * Attention within each of several sequences that lie one after another.
 *
 * @param lengths of the sequences
 * @param heads H
 * @param keyHeads G
 * @param width D
 * @param valueWidth V
 * @param causal whether no query sees keys after its own position
 * @param window how far it sees, 0 for everything
 * @param rotaryWidth how much of the width lies in a second place, 0 for nothing
 */
public record PackedCase(
    List<Integer> lengths,
    int heads,
    int keyHeads,
    int width,
    int valueWidth,
    boolean causal,
    long window,
    int rotaryWidth) {

  public PackedCase {
    lengths = List.copyOf(lengths);
  }

  /** Lengths around those of strips and blocks, empty sequences and no sequence among them. */
  public static List<PackedCase> grid() {
    List<PackedCase> cases = new ArrayList<>();
    List<List<Integer>> batches =
        List.of(
            List.of(),
            List.of(0),
            List.of(1),
            List.of(1, 0, 2, 1),
            List.of(33),
            List.of(7, 64, 1, 130, 31),
            List.of(150, 3, 0, 16, 129, 5),
            List.of(40, 1, 1, 1, 1, 1, 1, 1, 200));
    for (List<Integer> lengths : batches) {
      for (boolean causal : new boolean[] {false, true}) {
        for (long window : new long[] {0, 1, 50, Long.MAX_VALUE}) {
          cases.add(new PackedCase(lengths, 2, 2, 33, 31, causal, window, 0));
          cases.add(new PackedCase(lengths, 4, 2, 24, 20, causal, window, 8));
        }
      }
      cases.add(new PackedCase(lengths, 3, 1, 64, 64, true, 0, 0));
      cases.add(new PackedCase(lengths, 3, 1, 7, 5, false, 0, 2));
    }
    return cases;
  }

  int tokens() {
    return lengths.stream().mapToInt(Integer::intValue).sum();
  }

  /** Where each sequence begins, and the end. */
  int[] starts() {
    int[] starts = new int[lengths.size() + 1];
    for (int i = 0; i < lengths.size(); i++) {
      starts[i + 1] = starts[i] + lengths.get(i);
    }
    return starts;
  }

  /** Pairs of query rows and keys. */
  public long work() {
    return heads * lengths.stream().mapToLong(length -> (long) length * length).sum();
  }
}
