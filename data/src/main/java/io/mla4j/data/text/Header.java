package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A table's column names, and where the wanted ones are. */
final class Header {

  private final Path file;
  private final List<String> names;
  private final int text;
  private final Optional<Integer> pair;
  private final Optional<Integer> label;

  Header(Path file, List<String> names, Columns columns) {
    this.file = file;
    this.names = names;
    this.text = require(columns.text());
    this.pair = columns.pair().map(this::require);
    this.label = columns.label().map(this::require);
  }

  /** What tells whether the line of names can be used. */
  interface Check {
    void run() throws RowProblem;
  }

  /**
   * Requires that the line of names is sound: without it no row can be read, so that it cannot be
   * left out as rows can.
   *
   * @throws DataException if it is not
   */
  static void requireSound(Path file, Check check) {
    try {
      check.run();
    } catch (RowProblem problem) {
      throw new DataException(
          new RowOrigin(file, problem.line()) + ", the header: " + problem.problem(), problem);
    }
  }

  static List<String> numbered(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }

  private int require(String name) {
    int index = names.indexOf(name);
    if (index < 0) {
      throw new DataException(
          file
              + " has no column '"
              + name
              + "'; it has "
              + String.join(", ", names)
              + ". Name the columns that hold the text and the label.");
    }
    return index;
  }

  List<String> names() {
    return names;
  }

  /** Where the wanted columns are: the text's, the pair's if there is one, the label's likewise. */
  List<Integer> wanted() {
    List<Integer> indexes = new ArrayList<>(List.of(text));
    pair.ifPresent(indexes::add);
    label.ifPresent(indexes::add);
    return indexes;
  }

  RawRow row(long line, List<String> fields) throws RowProblem {
    if (fields.size() != names.size()) {
      throw new RowProblem(
          line,
          "the row has " + fields.size() + " fields where " + names.size() + " are expected.");
    }
    return new RawRow(
        line, Optional.of(fields.get(text)), pair.map(fields::get), label.map(fields::get), names);
  }
}
