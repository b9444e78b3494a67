package io.mla4j.kernels.verification;

import java.util.ArrayList;
import java.util.List;

/** A function of rows of one width. */
public record RowCase(RowFunction function, int rows, int width) {

  private static final int[] WIDTHS = {
    1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 129, 1000, 1025, 4097
  };
  private static final int[] ROWS = {0, 1, 2, 3, 5, 40};

  /** Widths around those of vectors and blocks. */
  public static List<RowCase> grid() {
    List<RowCase> cases = new ArrayList<>();
    for (RowFunction function : RowFunction.values()) {
      for (int width : WIDTHS) {
        for (int rows : ROWS) {
          cases.add(new RowCase(function, rows, width));
        }
      }
    }
    return cases;
  }
}
