package io.mla4j.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MonitorTest {

  private static final List<Monitor> OFFERED =
      List.of(Monitor.higher("macroF1"), Monitor.lower("loss"));

  @Test
  void findsAFigureHoweverItWasWritten() {
    for (String name : List.of("macroF1", "macro_f1", "MACRO_F1")) {
      assertEquals("macroF1", Monitor.named(name, OFFERED).figure());
    }
  }

  @Test
  void lowerLossesScoreHigher() {
    Monitor loss = Monitor.named("loss", OFFERED);
    assertTrue(loss.score(0.1) > loss.score(0.2));
  }

  @Test
  void namesTheFiguresThereAre() {
    String sentence =
        assertThrows(IllegalArgumentException.class, () -> Monitor.named("f2", OFFERED))
            .getMessage();
    assertEquals("training.monitor is 'f2' but must be one of macroF1, loss.", sentence);
  }
}
