package io.mla4j.models.classifier;

import io.mla4j.models.encoder.Bounds;
import java.util.List;

/**
 * What a classifier reads and answers, as tokenizer and data say it.
 *
 * @param vocabSize tokens of the tokenizer; 0 until it is known
 * @param labels the classes by number; empty until they are known
 * @param numClasses their number; 0 until it is known
 */
public record Task(int vocabSize, List<String> labels, int numClasses) {

  /** Before tokenizer and data are known. */
  static final Task OPEN = new Task(0, List.of(), 0);

  public Task {
    labels = List.copyOf(labels);
    Bounds.atLeast("vocabSize", vocabSize, 0);
    Bounds.atLeast("numClasses", numClasses, 0);
    if (!labels.isEmpty() && labels.size() != numClasses) {
      throw new IllegalArgumentException(
          "numClasses is " + numClasses + " but there are " + labels.size() + " labels.");
    }
    if (numClasses == 1) {
      throw new IllegalArgumentException("A classifier has 2 classes or more, not 1.");
    }
  }

  /** A task of so many tokens and classes of these names. */
  public static Task of(int vocabSize, List<String> labels) {
    return new Task(vocabSize, labels, labels.size());
  }

  boolean isKnown() {
    return vocabSize > 0 && numClasses > 0;
  }

  /** This task with what was left open filled in. */
  Task resolved(int tokens, List<String> classes) {
    if (vocabSize != 0 && vocabSize < tokens) {
      throw new IllegalArgumentException(
          "The tokenizer has %d tokens but the model's vocabSize is %d; leave vocabSize out."
              .formatted(tokens, vocabSize));
    }
    if (numClasses != 0 && numClasses != classes.size()) {
      throw new IllegalArgumentException(
          "The data has %d classes but the model's numClasses is %d; leave numClasses out."
              .formatted(classes.size(), numClasses));
    }
    return of(vocabSize == 0 ? tokens : vocabSize, classes);
  }
}
