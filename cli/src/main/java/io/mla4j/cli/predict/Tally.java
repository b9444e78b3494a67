package io.mla4j.cli.predict;

import io.mla4j.models.classifier.Prediction;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts predictions. */
final class Tally {

  private final Map<String, Long> predicted = new TreeMap<>();
  private long texts;
  private long cutTexts;
  private long cutTokens;

  void add(Prediction prediction) {
    texts++;
    predicted.merge(prediction.label(), 1L, Long::sum);
    cutTexts += prediction.cutTokens() > 0 ? 1 : 0;
    cutTokens += prediction.cutTokens();
  }

  long texts() {
    return texts;
  }

  /** Texts given each class. */
  Map<String, Long> predicted() {
    return predicted;
  }

  long cutTexts() {
    return cutTexts;
  }

  long cutTokens() {
    return cutTokens;
  }

  /** What the user must know of texts that were too long, if any were. */
  Optional<String> warning() {
    return cutTexts == 0
        ? Optional.empty()
        : Optional.of(
            "%,d of %,d texts are longer than the context allows; %,d tokens were left out."
                .formatted(cutTexts, texts, cutTokens));
  }
}
