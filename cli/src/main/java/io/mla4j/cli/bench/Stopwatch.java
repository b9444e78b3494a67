package io.mla4j.cli.bench;

import io.mla4j.cli.bench.cases.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Times a case and its peer in turn, so that whatever else the machine does meets both.
 *
 * @param warmUpNanos a round of untimed runs; there are more until one is no faster than the others
 * @param sampleNanos short bodies run several times a sample, until it lasts so long
 * @param samples of each, at most
 * @param budgetNanos after which {@link #FEWEST} samples are enough
 * @param settleMillis between the two
 */
record Stopwatch(
    long warmUpNanos, long sampleNanos, int samples, long budgetNanos, long settleMillis) {

  private static final long MILLION = 1_000_000;
  private static final int FEWEST = 5;
  private static final int MOST_WARM_UPS = 20;

  /** A round of warming up that is not faster than this part of the one before was the last. */
  private static final double STEADY = 0.97;

  /** Medians of one run. */
  record Timing(double millis, Optional<Double> peerMillis) {}

  static Stopwatch of(boolean quick) {
    return quick
        ? new Stopwatch(0, 0, FEWEST, 0, 0)
        : new Stopwatch(400 * MILLION, 5 * MILLION, 25, 2_000 * MILLION, 20);
  }

  /**
   * @param progress is told how many of {@link #samples} are done
   */
  Timing time(Work work, LongConsumer progress) {
    int runs = runsPerSample(work.body());
    Optional<Integer> peerRuns = work.peer().map(peer -> runsPerSample(peer.body()));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    long start = System.nanoTime();
    while (wantsMore(ours.size(), System.nanoTime() - start)) {
      ours.add(sample(work.body(), runs));
      if (peerRuns.isPresent()) {
        theirs.add(sample(work.peer().orElseThrow().body(), peerRuns.get()));
      }
      progress.accept(ours.size());
    }
    return new Timing(median(ours), peerRuns.map(present -> median(theirs)));
  }

  private boolean wantsMore(int taken, long nanos) {
    return taken < Math.min(samples, FEWEST) || (taken < samples && nanos < budgetNanos);
  }

  /** Warms up: compiled code comes late to kernels whose loops are long. */
  private int runsPerSample(Runnable body) {
    long shortest = fastest(body);
    for (int round = 1; round < MOST_WARM_UPS && warmUpNanos > 0; round++) {
      long before = shortest;
      shortest = Math.min(before, fastest(body));
      if (shortest > before * STEADY) {
        break;
      }
    }
    return (int) (1 + sampleNanos / Math.max(1, shortest));
  }

  /** Nanoseconds of the fastest run of one round. */
  private long fastest(Runnable body) {
    long start = System.nanoTime();
    long shortest = Long.MAX_VALUE;
    do {
      long before = System.nanoTime();
      body.run();
      shortest = Math.min(shortest, System.nanoTime() - before);
    } while (System.nanoTime() - start < warmUpNanos);
    return shortest;
  }

  /** Milliseconds of one run. */
  private double sample(Runnable body, int runs) {
    settle();
    if (runs > 1) {
      body.run(); // wakes the threads and loads what the other one drove out of the caches
    }
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      body.run();
    }
    return (System.nanoTime() - start) / (double) MILLION / runs;
  }

  /**
   * The threads of OpenMP watch for work for some milliseconds; they must not do so on our cores.
   */
  private void settle() {
    try {
      Thread.sleep(settleMillis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
