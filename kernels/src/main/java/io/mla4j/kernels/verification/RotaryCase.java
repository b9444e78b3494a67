package io.mla4j.kernels.verification;

import java.util.ArrayList;
import java.util.List;

/**
 * One rotation of [B, T, H, P].
 *
 * @param interleaved whether an element turns with its neighbour
 * @param angleOfBatch whether the batch entries have angles of their own
 */
public record RotaryCase(
    int batch, int tokens, int heads, int width, boolean interleaved, boolean angleOfBatch) {

  private static final int[] WIDTHS = {2, 4, 10, 16, 30, 32, 34, 62, 64, 66, 128};

  /** Widths around those of vectors. */
  public static List<RotaryCase> grid() {
    List<RotaryCase> cases = new ArrayList<>();
    for (int width : WIDTHS) {
      for (int tokens : new int[] {1, 5, 67}) {
        for (int heads : new int[] {1, 3, 16}) {
          for (int choice = 0; choice < 4; choice++) {
            cases.add(new RotaryCase(2, tokens, heads, width, choice % 2 == 1, choice > 1));
          }
        }
      }
    }
    return cases;
  }
}
