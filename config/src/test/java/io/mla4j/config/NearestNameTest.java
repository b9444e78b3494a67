package io.mla4j.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3",
    "flaw, lawn, 2",
    "'', abc, 3",
    "abc, '', 3",
    "same, same, 0",
    "learning_rate, learningRate, 0",
    "LAYERS, layers, 0",
    "saturday, sunday, 3"
  })
  void editDistance(String left, String right, int distance) {
    assertEquals(distance, NearestName.distance(left, right));
    assertEquals(distance, NearestName.distance(right, left));
  }

  @Test
  void theNearestIsNamedOnlyIfItIsNear() {
    List<String> names = List.of("batchSize", "learningRate", "maxSteps");
    assertEquals(Optional.of("maxSteps"), NearestName.of("maxStep", names));
    assertEquals(Optional.empty(), NearestName.of("optimizer", names));
    assertEquals(Optional.empty(), NearestName.of("anything", List.of()));
  }
}
