package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.SparsePrefillTrial;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class SparsePrefillSuite {

  /** Query rows times listed tokens of the largest case that is a test. */
  private static final long WORK = 900_000;

  abstract FlashMla start(int threads);

  @Test
  void theGridButForItsLargest() {
    List<String> wrong = new ArrayList<>();
    try (FlashMla mla = start(3)) {
      List<DecodeCase> cases = SparsePrefillTrial.grid();
      for (int i = 0; i < cases.size(); i++) {
        DecodeCase point = cases.get(i);
        if (point.shape().rows() * point.topK() <= WORK) {
          SparsePrefillTrial.run(mla, point, i, 20).ifPresent(wrong::add);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
