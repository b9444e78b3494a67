package io.mla4j.flashmla;

import io.mla4j.flashmla.verification.PrefillCase;
import io.mla4j.flashmla.verification.PrefillTrial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class PrefillSuite extends TwinSuite {

  /** Query rows times keys that one test may compute. */
  private static final long WORK = 6_000_000;

  @Test
  void aSampleOfTheGrid() {
    check(sample(PrefillCase.grid(), PrefillCase::work, WORK, WORK / 10));
  }

  @Test
  void everyWidth() {
    check(PrefillCase.widths());
  }

  @Test
  void lengthsAroundTiles() {
    check(PrefillCase.lengths());
  }

  private void check(List<PrefillCase> cases) {
    check(cases, (mla, point, seed) -> PrefillTrial.run(mla, point, seed, 9));
  }
}
