package io.mla4j.flashmla;

import io.mla4j.flashmla.verification.SparsePrefillTrial;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class SparsePrefillSuite extends TwinSuite {

  /** Query rows times listed tokens of the largest case that is a test. */
  private static final long WORK = 900_000;

  @Test
  void theGridButForItsLargest() {
    check(
        SparsePrefillTrial.grid().stream()
            .filter(point -> point.shape().rows() * point.topK() <= WORK)
            .toList(),
        (mla, point, seed) -> SparsePrefillTrial.run(mla, point, seed, 20));
  }
}
