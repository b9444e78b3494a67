package io.mla4j.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "learningRate, 0, 0.9, 0.999, 1e-8, 0",
    "learningRate, Infinity, 0.9, 0.999, 1e-8, 0",
    "learningRate, NaN, 0.9, 0.999, 1e-8, 0",
    "beta1, 1e-3, 1, 0.999, 1e-8, 0",
    "beta2, 1e-3, 0.9, -0.1, 1e-8, 0",
    "epsilon, 1e-3, 0.9, 0.999, 0, 0",
    "epsilon, 1e-3, 0.9, 0.999, Infinity, 0",
    "weightDecay, 1e-3, 0.9, 0.999, 1e-8, -1",
    "weightDecay, 1e-3, 0.9, 0.999, 1e-8, Infinity",
    "weightDecay, 1e-3, 0.9, 0.999, 1e-8, NaN",
  })
  void aSettingThatCannotWorkIsNamed(
      String setting, double rate, double beta1, double beta2, double epsilon, double decay) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new AdamWSettings(rate, beta1, beta2, epsilon, decay));
    assertTrue(String.valueOf(refused.getMessage()).contains(setting), refused.getMessage());
  }

  @Test
  void weightDecayMayBeNone() {
    assertTrue(new AdamWSettings(1e-3, 0.9, 0.999, 1e-8, 0).weightDecay() == 0);
  }
}
