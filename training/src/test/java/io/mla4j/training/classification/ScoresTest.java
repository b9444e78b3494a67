package io.mla4j.training.classification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ScoresTest {

  @Test
  void oddsOfOneToThree() {
    Scores scores = new Scores(new double[] {0, Math.log(3)});
    assertEquals(2, scores.classes());
    assertEquals(1, scores.predicted());
    assertEquals(0.25, scores.probability(0), 1e-15);
    assertEquals(0.75, scores.probability(1), 1e-15);
    assertEquals(Math.log(4), scores.surprise(0), 1e-15);
    assertEquals(Math.log(4 / 3.0), scores.surprise(1), 1e-15);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    Scores scores = new Scores(new double[] {5000, 4000, 5000});
    assertEquals(0, scores.predicted());
    assertEquals(0.5, scores.probability(2));
    assertEquals(0, scores.probability(1));
    assertEquals(1000 + Math.log(2), scores.surprise(1), 1e-12);
  }
}
