package io.mla4j.tasks;

import io.mla4j.tensor.Engine;
import java.util.Map;

/**
 * A run's data, read and ready for one model or several.
 *
 * @param <R> the recipe
 */
public interface Prepared<R extends Recipe> extends AutoCloseable {

  /** Makes the model of a recipe over these data, with random weights of the recipe's seed. */
  Learner<?> learner(R recipe, Engine engine);

  /** What there is to learn and to measure on. */
  DataReport report();

  /** SHA-256 of every data file by what it is for. */
  Map<String, String> checksums();

  @Override
  void close();
}
