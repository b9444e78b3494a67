package io.mla4j.tasks.classification;

import io.mla4j.data.label.LabelSet;
import io.mla4j.data.text.TextExample;
import io.mla4j.telemetry.report.SamplePrediction;
import io.mla4j.training.classification.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Picks predictions worth reading: the surest mistakes, the least sure hits, some plain hits. */
final class SampleChooser {

  private static final int OF_EACH_KIND = 8;
  private static final int EXCERPT = 400;

  private record Outcome(int row, int label, int predicted, double probability) {
    boolean correct() {
      return label == predicted;
    }
  }

  private final LabelSet labels;
  private final List<Outcome> outcomes = new ArrayList<>();

  SampleChooser(LabelSet labels) {
    this.labels = labels;
  }

  void add(int row, int label, Scores scores) {
    int predicted = scores.predicted();
    outcomes.add(new Outcome(row, label, predicted, scores.probability(predicted)));
  }

  List<SamplePrediction> choose(List<TextExample> examples) {
    Comparator<Outcome> bySureness = Comparator.comparingDouble(Outcome::probability);
    List<Outcome> chosen = new ArrayList<>();
    outcomes.stream()
        .filter(o -> !o.correct())
        .sorted(bySureness.reversed())
        .limit(OF_EACH_KIND)
        .forEach(chosen::add);
    outcomes.stream()
        .filter(Outcome::correct)
        .sorted(bySureness)
        .limit(OF_EACH_KIND)
        .forEach(chosen::add);
    outcomes.stream()
        .filter(o -> o.correct() && !chosen.contains(o))
        .limit(OF_EACH_KIND)
        .forEach(chosen::add);
    return chosen.stream().map(outcome -> sample(outcome, examples)).toList();
  }

  private SamplePrediction sample(Outcome outcome, List<TextExample> examples) {
    String text = examples.get(outcome.row()).text().strip();
    String excerpt = text.length() > EXCERPT ? text.substring(0, EXCERPT) + "…" : text;
    return new SamplePrediction(
        excerpt,
        labels.name(outcome.label()),
        labels.name(outcome.predicted()),
        outcome.probability());
  }
}
