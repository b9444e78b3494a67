package io.mla4j.training.objective;

import java.util.Map;

/** What a model is worth on data it did not learn from. */
public interface Evaluation {

  /** The mean of what training makes small, such as nats a document or a token. */
  double loss();

  /**
   * What was measured by name, {@code loss} among it, the most important first; shares from 0 to 1,
   * not percentages.
   */
  Map<String, Double> figures();

  /** How many examples it was measured on. */
  long examples();

  /** How long it took. */
  double seconds();
}
