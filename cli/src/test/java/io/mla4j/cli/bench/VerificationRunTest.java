package io.mla4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerificationRunTest {

  /** One check throws, one is right, twelve are wrong. */
  private static List<Check> mostlyWrong() {
    List<Check> checks = new ArrayList<>();
    checks.add(new Check("throwing", () -> refuse()));
    checks.add(new Check("right", () -> Optional.empty()));
    for (int i = 0; i < 12; i++) {
      checks.add(new Check("size " + i, () -> Optional.of("3 is not 4")));
    }
    return checks;
  }

  private static Optional<String> refuse() {
    throw new IllegalArgumentException("The size is refused.");
  }

  @Test
  void whatFailsIsCountedAndTheFirstIsShown() {
    List<Long> progress = new ArrayList<>();
    VerificationFigures found = VerificationRun.judge("wrong", mostlyWrong(), 2, progress::add);
    assertEquals(1, found.passed());
    assertEquals(13, found.failed());
    assertFalse(found.passes());
    assertEquals(10, found.complaints().size());
    assertTrue(found.complaints().getFirst().contains("The size is refused."));
    assertEquals("size 0: 3 is not 4", found.complaints().get(1));
    assertEquals(14, progress.size());
    assertEquals(14, progress.getLast());
  }
}
