package io.mla4j.cli.evaluate;

import io.mla4j.cli.console.Quantity;
import io.mla4j.cli.console.Table;
import io.mla4j.training.classification.ClassificationEvaluation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which classes are taken for which: the matrix, or its largest entries where it is too wide. */
record Confusions(ClassificationEvaluation figures) {

  private static final int WIDEST = 90;
  private static final int SHOWN = 15;

  private record Mistake(int label, int predicted, long count) {}

  void print(PrintWriter out) {
    int cell = figures.labels().stream().mapToInt(String::length).max().orElse(0) + 2;
    if (cell * (figures.labels().size() + 1) <= WIDEST) {
      out.println("Confusion matrix: rows are the true classes, columns the predicted ones");
      matrix().print(out);
    } else {
      printMistakes(out);
    }
  }

  private Table matrix() {
    Table table = new Table().indented("  ").left("");
    figures.labels().forEach(table::right);
    for (int c = 0; c < figures.labels().size(); c++) {
      List<String> cells = new ArrayList<>();
      cells.add(figures.labels().get(c));
      for (long count : figures.confusion()[c]) {
        cells.add(count == 0 ? "." : Quantity.count(count));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private void printMistakes(PrintWriter out) {
    List<Mistake> mistakes = mistakes();
    if (mistakes.isEmpty()) {
      out.println("No class is taken for another.");
      return;
    }
    Table table = new Table().indented("  ").left("true").left("predicted").right("documents");
    mistakes.stream()
        .limit(SHOWN)
        .forEach(m -> table.row(name(m.label()), name(m.predicted()), Quantity.count(m.count())));
    int more = mistakes.size() - SHOWN;
    out.println("Most frequent confusions" + (more > 0 ? "; %,d more".formatted(more) : ""));
    table.print(out);
  }

  private List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    for (int label = 0; label < figures.confusion().length; label++) {
      for (int predicted = 0; predicted < figures.confusion().length; predicted++) {
        long count = figures.confusion()[label][predicted];
        if (label != predicted && count > 0) {
          mistakes.add(new Mistake(label, predicted, count));
        }
      }
    }
    mistakes.sort(Comparator.comparingLong(Mistake::count).reversed());
    return mistakes;
  }

  private String name(int c) {
    return figures.labels().get(c);
  }
}
