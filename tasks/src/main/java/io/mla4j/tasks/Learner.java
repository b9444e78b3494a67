package io.mla4j.tasks;

import io.mla4j.checkpoint.Provenance;
import io.mla4j.data.batch.Batch;
import io.mla4j.data.batch.BatchSource;
import io.mla4j.nn.Module;
import io.mla4j.training.TrainingConfig;
import io.mla4j.training.objective.Objective;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A model, what it is trained for and on, and how it is kept.
 *
 * @param <B> a batch
 */
public interface Learner<B extends Batch> extends AutoCloseable {

  Module model();

  Objective<B> objective();

  TrainingConfig training();

  BatchSource<B> train();

  /** Chooses the best model. */
  BatchSource<B> validation();

  /** Writes all of the model's folder but its weights. */
  void writeConfig(Path folder, Provenance provenance);

  /** Writes the model's weights into its folder. */
  void writeWeights(Path folder);

  /**
   * Overwrites the model's parameters with those in a folder.
   *
   * @throws io.mla4j.checkpoint.CheckpointException in one sentence, if they are not of the same
   *     names and shapes
   */
  void readWeights(Path folder);

  /** How many examples {@link #measure} looks at. */
  long measuredExamples();

  /** What those are, in the plural. */
  default String measuredUnit() {
    return "documents";
  }

  /**
   * Measures the model on the test data, or on the validation data where there are none.
   *
   * @param progress told how many examples are done; what it throws ends the measuring
   */
  Findings measure(LongConsumer progress);

  /** Frees the model. */
  @Override
  void close();
}
