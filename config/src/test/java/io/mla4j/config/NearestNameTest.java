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
    "gte, get, 1",
    "predit, predict, 1",
    "pradit, predict, 2",
    "learning_rate, learningRate, 0",
    "LAYERS, layers, 0",
    "saturday, sunday, 3"
  })
  void slipsAreCounted(String left, String right, int slips) {
    assertEquals(slips, NearestName.slips(left, right));
    assertEquals(slips, NearestName.slips(right, left));
  }

  @Test
  void theNearestIsNamedOnlyIfItIsNear() {
    List<String> names = List.of("batchSize", "learningRate", "maxSteps");
    assertEquals(Optional.of("maxSteps"), NearestName.of("maxStep", names));
    assertEquals(Optional.empty(), NearestName.of("optimizer", names));
    assertEquals(Optional.empty(), NearestName.of("anything", List.of()));
  }

  @Test
  void theShorterTheNameTheNearerItMustBe() {
    List<String> words = List.of("predict", "evaluate", "data", "-o");
    assertEquals(Optional.of("predict"), NearestName.of("predcit", words));
    assertEquals(Optional.of("data"), NearestName.of("date", words));
    assertEquals(Optional.empty(), NearestName.of("dote", words));
    assertEquals(Optional.empty(), NearestName.of("serve", words));
    assertEquals(Optional.of("-o"), NearestName.of("--o", words));
    assertEquals(Optional.empty(), NearestName.of("-x", words));
  }
}
