package io.mla4j.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | An engine needs 1 thread or more, not 0.",
        "1025 | An engine takes 1,024 threads at most, not 1,025."
      })
  void threadsThatCannotBeStartedAreRefused(int threads, String sentence) {
    var failure =
        assertThrows(IllegalArgumentException.class, () -> new EngineOptions(Device.CPU, threads));
    assertEquals(sentence, failure.getMessage());
  }

  @Test
  void asManyAsAMachineHasAreTaken() {
    assertEquals(1024, new EngineOptions(Device.CPU, 1024).threads());
  }
}
