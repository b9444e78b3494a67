package io.mla4j.training.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.Linear;
import io.mla4j.tensor.Engines;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  private final AdamW optimizer =
      new AdamW(new Linear(Initializer.random(Engines.start("torch"), 1), 2, 2, true), 0.5);

  private double rateAfter(Schedule schedule, int steps) {
    schedule.set(steps);
    return optimizer.learningRate();
  }

  @Test
  void cosineFallsAlongHalfAWave() {
    Schedule schedule = Schedule.cosine(optimizer, 100);
    assertEquals(0.5, rateAfter(schedule, 0), 1e-12);
    assertEquals(0.25, rateAfter(schedule, 50), 1e-12);
    assertEquals(0.5 * (1 + Math.cos(Math.PI * 0.8)) / 2, rateAfter(schedule, 80), 1e-12);
    assertEquals(0, rateAfter(schedule, 100), 1e-12);
    assertEquals(0, rateAfter(schedule, 150), 1e-12);
  }

  @Test
  void warmupRisesInAStraightLine() {
    Schedule schedule = new Schedule(optimizer, ScheduleKind.LINEAR, 4, 12);
    assertEquals(0.1, rateAfter(schedule, 0), 1e-12);
    assertEquals(0.4, rateAfter(schedule, 3), 1e-12);
    assertEquals(0.5, rateAfter(schedule, 4), 1e-12);
    assertEquals(0.25, rateAfter(schedule, 8), 1e-12);
  }

  @Test
  void aShareOfTheHighestMayBeLeft() {
    Schedule schedule = new Schedule(optimizer, ScheduleKind.COSINE, 4, 12, 0.1);
    assertEquals(0.1, rateAfter(schedule, 0), 1e-12);
    assertEquals(0.5, rateAfter(schedule, 4), 1e-12);
    assertEquals(0.05 + 0.45 / 2, rateAfter(schedule, 8), 1e-12);
    assertEquals(0.05, rateAfter(schedule, 12), 1e-12);
  }

  @Test
  void constantStays() {
    Schedule schedule = new Schedule(optimizer, ScheduleKind.CONSTANT, 0, 10);
    assertEquals(0.5, rateAfter(schedule, 10), 1e-12);
  }

  @Test
  void stepsAndScalesAgreeWithTheFunctionOfTheStep() {
    Schedule schedule = Schedule.cosine(optimizer, 100);
    for (int i = 0; i < 30; i++) {
      schedule.step();
    }
    double stepped = optimizer.learningRate();
    assertEquals(rateAfter(schedule, 30), stepped, 0);
    schedule.factor(0.5);
    assertEquals(stepped / 2, optimizer.learningRate(), 1e-15);
  }

  @Test
  void refusesAWarmupLongerThanTheRun() {
    assertThrows(
        IllegalArgumentException.class, () -> new Schedule(optimizer, ScheduleKind.LINEAR, 11, 10));
  }
}
