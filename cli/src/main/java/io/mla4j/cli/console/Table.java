package io.mla4j.cli.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of cells in columns as wide as they need to be. */
public final class Table {

  private static final String GAP = "  ";

  private enum Side {
    LEFT,
    RIGHT
  }

  private final List<Side> sides = new ArrayList<>();
  private final List<String> titles = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private String indent = "";

  /** A column of words. */
  public Table left(String title) {
    return column(Side.LEFT, title);
  }

  /** A column of numbers. */
  public Table right(String title) {
    return column(Side.RIGHT, title);
  }

  private Table column(Side side, String title) {
    sides.add(side);
    titles.add(title);
    return this;
  }

  /** Starts every line with these spaces. */
  public Table indented(String spaces) {
    indent = spaces;
    return this;
  }

  /**
   * Adds a row.
   *
   * @param cells one a column
   */
  public Table row(String... cells) {
    if (cells.length != sides.size()) {
      throw new IllegalArgumentException(
          "A row of %d cells does not fit %d columns.".formatted(cells.length, sides.size()));
    }
    rows.add(Arrays.asList(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints the titles, unless all are empty, and the rows. */
  public void print(PrintWriter out) {
    lines().forEach(out::println);
  }

  List<String> lines() {
    List<List<String>> all = new ArrayList<>();
    if (titles.stream().anyMatch(title -> !title.isEmpty())) {
      all.add(titles);
    }
    all.addAll(rows);
    int[] widths = IntStream.range(0, sides.size()).map(c -> width(all, c)).toArray();
    return all.stream().map(row -> line(row, widths)).toList();
  }

  private static int width(List<List<String>> all, int column) {
    return all.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
  }

  private String line(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(c -> padded(row.get(c), widths[c], sides.get(c)))
        .collect(Collectors.joining(GAP, indent, ""))
        .stripTrailing();
  }

  private static String padded(String cell, int width, Side side) {
    String spaces = " ".repeat(width - length(cell));
    return side == Side.LEFT ? cell + spaces : spaces + cell;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
