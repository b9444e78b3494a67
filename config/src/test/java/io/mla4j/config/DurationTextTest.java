package io.mla4j.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, 500", "90s, 90000", "1m30s, 90000", "1h30m, 5400000", "2d, 172800000",
    "1h 30m, 5400000", "PT1.5S, 1500", "pt2h, 7200000", "0s, 0", "1M, 60000"
  })
  void parsed(String text, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), DurationText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "5", "s", "5x", "-5s", "30m1h", "99999999999999999999d", "1.5h"})
  void refused(String text) {
    assertEquals(Optional.empty(), DurationText.parse(text));
  }

  @Test
  void formattedInUnitsThatReadBack() {
    assertEquals("0s", DurationText.format(Duration.ZERO));
    assertEquals("1d2h3m4s5ms", DurationText.format(Duration.ofMillis(93_784_005)));
    for (Duration duration :
        new Duration[] {Duration.ofNanos(1), Duration.ofSeconds(-3), Duration.ofDays(400)}) {
      assertEquals(Optional.of(duration), DurationText.parse(DurationText.format(duration)));
    }
  }
}
