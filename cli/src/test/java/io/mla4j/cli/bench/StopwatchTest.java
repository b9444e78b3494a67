package io.mla4j.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.cli.bench.cases.Peer;
import io.mla4j.cli.bench.cases.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopwatchTest {

  @Test
  void theKernelAndItsPeerRunInTurn() {
    List<String> runs = new ArrayList<>();
    List<Long> progress = new ArrayList<>();
    Work work =
        new Work(() -> runs.add("ours"), Optional.of(new Peer("peer", () -> runs.add("theirs"))));
    Stopwatch.Timing timing = new Stopwatch(0, 0, 3, 0, 0).time(work, progress::add);
    assertTrue(timing.peerMillis().isPresent());
    assertEquals(List.of(1L, 2L, 3L), progress);
    List<String> turn = List.of("ours", "theirs");
    assertEquals(2 + 3 * 2, runs.size(), "a warm-up and three samples");
    for (int i = 0; i < runs.size(); i += 2) {
      assertEquals(turn, runs.subList(i, i + 2));
    }
  }

  @Test
  void withoutAPeerThereIsNoTimeOfIt() {
    Stopwatch.Timing timing = new Stopwatch(0, 0, 5, 0, 0).time(Work.alone(() -> {}), done -> {});
    assertTrue(timing.peerMillis().isEmpty());
  }

  @Test
  void theMedianIsTheOneInTheMiddle() {
    assertEquals(3, Stopwatch.median(List.of(9.0, 1.0, 3.0)));
    assertEquals(2, Stopwatch.median(List.of(9.0, 1.0, 3.0, 1.0)));
  }
}
