package io.mla4j.data.text;

import java.util.List;

/**
 * What became of a file's rows.
 *
 * @param used rows that became examples
 * @param skipped rows left out under {@link BadRowPolicy#SKIP}
 * @param firstProblems the first {@value #REMEMBERED} of them, each as a sentence with its line
 */
public record RowReport(long used, long skipped, List<String> firstProblems) {

  static final int REMEMBERED = 5;

  public RowReport {
    firstProblems = List.copyOf(firstProblems);
  }
}
