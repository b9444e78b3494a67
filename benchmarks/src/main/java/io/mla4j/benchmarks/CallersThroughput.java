package io.mla4j.benchmarks;

import io.mla4j.flashmla.FlashMla;
import io.mla4j.flashmla.cache.CacheFormat;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decoding by many callers at once, each with a cache of its own, on one pool of threads: whether
 * 32 callers get as much done as two. Rounds alternate, and the median of five counts.
 *
 * <p>Argument: the threads of the pool, 2 if left out.
 */
public final class CallersThroughput {

  private static final int HEADS = 16;
  private static final int TOKENS = 4096;
  private static final int[] CALLERS = {1, 2, 8, 32};
  private static final int ROUNDS = 5;
  private static final double SECONDS = 1;

  private CallersThroughput() {}

  public static void main(String[] args) throws Exception {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    DecodeSetup setup = new DecodeSetup(HEADS, TOKENS, CacheFormat.BF16);
    int most = Arrays.stream(CALLERS).max().orElseThrow();
    try (FlashMla mla = FlashMla.start(threads);
        Arena memory = Arena.ofShared();
        ExecutorService callers = Executors.newFixedThreadPool(most)) {
      List<Runnable> steps = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        steps.add(setup.step(mla, memory));
      }
      double[][] rates = new double[CALLERS.length][ROUNDS];
      round(callers, steps); // warm-up
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CALLERS.length; i++) {
          rates[i][round] = round(callers, steps.subList(0, CALLERS[i]));
        }
      }
      print(setup, rates);
    }
  }

  /** Steps a second of all callers together. */
  private static double round(ExecutorService callers, List<Runnable> steps) throws Exception {
    LongAdder done = new LongAdder();
    long start = System.nanoTime();
    List<Callable<Void>> calls = new ArrayList<>();
    for (Runnable step : steps) {
      calls.add(
          () -> {
            while (System.nanoTime() - start < SECONDS * 1e9) {
              step.run();
              done.increment();
            }
            return null;
          });
    }
    for (var call : callers.invokeAll(calls)) {
      call.get();
    }
    return done.sum() * 1e9 / (System.nanoTime() - start);
  }

  private static void print(DecodeSetup setup, double[][] rates) {
    System.out.printf("%-8s %12s %10s%n", "callers", "steps/s", "GFLOP/s");
    for (int i = 0; i < CALLERS.length; i++) {
      Arrays.sort(rates[i]);
      double median = rates[i][ROUNDS / 2];
      System.out.printf("%-8d %12.1f %10.1f%n", CALLERS[i], median, median * setup.flops() / 1e9);
    }
  }
}
