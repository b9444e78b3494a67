package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.verification.PrefillCase;
import io.mla4j.flashmla.verification.PrefillTrial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every twin must do. */
abstract class PrefillSuite {

  /** Query rows times keys that one test may compute. */
  private static final long WORK = 6_000_000;

  private FlashMla mla = FlashMla.startInJava(1);

  abstract FlashMla start(int threads);

  @BeforeEach
  void start() {
    mla.close();
    mla = start(3);
  }

  @AfterEach
  void close() {
    mla.close();
  }

  @Test
  void aSampleOfTheGrid() {
    List<PrefillCase> order = new ArrayList<>(PrefillCase.grid());
    Collections.shuffle(order, new Random(3));
    List<PrefillCase> sample = new ArrayList<>();
    long work = 0;
    for (PrefillCase point : order) {
      if (work + point.work() <= WORK && point.work() <= WORK / 10) {
        sample.add(point);
        work += point.work();
      }
    }
    check(sample);
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
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      Optional<String> found = PrefillTrial.run(mla, cases.get(i), i, 9);
      found.ifPresent(wrong::add);
    }
    assertEquals(List.of(), wrong, wrong.size() + " of " + cases.size() + " cases");
  }
}
