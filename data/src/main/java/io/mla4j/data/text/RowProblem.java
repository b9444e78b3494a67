package io.mla4j.data.text;

/** One row cannot be used, but those after it can be read. */
final class RowProblem extends Exception {

  private final long line;

  RowProblem(long line, String problem) {
    super(problem);
    this.line = line;
  }

  long line() {
    return line;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
