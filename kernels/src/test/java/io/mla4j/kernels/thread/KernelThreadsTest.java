package io.mla4j.kernels.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.KernelsSuite;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelThreadsTest {

  private final KernelThreads threads = new KernelThreads(4);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void everyPositionRunsOnce() {
    for (int count : new int[] {0, 1, 2, 15, 16, 17, 1000, 12345}) {
      for (int grain : new int[] {1, 7, 100_000}) {
        AtomicIntegerArray hits = new AtomicIntegerArray(count);
        threads.parallelFor(count, grain, (from, to) -> hit(hits, from, to));
        for (int i = 0; i < count; i++) {
          assertEquals(1, hits.get(i), "position " + i + " of " + count);
        }
      }
    }
  }

  private static void hit(AtomicIntegerArray hits, long from, long to) {
    for (long i = from; i < to; i++) {
      hits.incrementAndGet((int) i);
    }
  }

  @Test
  void loopsNestAndRunFromManyThreads() throws InterruptedException {
    AtomicLong sum = new AtomicLong();
    Thread[] callers = new Thread[6];
    for (int i = 0; i < callers.length; i++) {
      callers[i] = new Thread(() -> nested(sum));
      callers[i].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(6L * 50 * 20 * 30, sum.get());
  }

  private void nested(AtomicLong sum) {
    for (int i = 0; i < 50; i++) {
      threads.parallelFor(
          20,
          1,
          (from, to) -> {
            for (long j = from; j < to; j++) {
              threads.parallelFor(30, 1, (f, t) -> sum.addAndGet(t - f));
            }
          });
    }
  }

  @Test
  void whatARangeThrowsIsThrownToTheCaller() {
    IllegalStateException failure = new IllegalStateException("no");
    for (int i = 0; i < 200; i++) {
      long bad = i % 100;
      Throwable thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  threads.parallelFor(
                      100,
                      1,
                      (from, to) -> {
                        if (from <= bad && bad < to) {
                          throw failure;
                        }
                      }));
      assertSame(failure, thrown);
    }
    everyPositionRunsOnce();
  }

  @Test
  void sleepingWorkersWakeUp() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      Thread.sleep(2);
      AtomicLong sum = new AtomicLong();
      threads.parallelFor(1000, 1, (from, to) -> sum.addAndGet(to - from));
      assertEquals(1000, sum.get());
    }
  }

  @Test
  void anInterruptedCallerFinishesAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    AtomicLong sum = new AtomicLong();
    threads.parallelFor(1000, 1, (from, to) -> sum.addAndGet(to - from));
    assertEquals(1000, sum.get());
    assertTrue(Thread.interrupted());
  }

  @Test
  void closedThreadsStillRunLoops() {
    threads.close();
    everyPositionRunsOnce();
  }

  @Test
  void wrongArgumentsAreRefused() {
    KernelsSuite.assertRefused(() -> new KernelThreads(0));
    KernelsSuite.assertRefused(() -> threads.parallelFor(-1, 1, (from, to) -> {}));
    KernelsSuite.assertRefused(() -> threads.parallelFor(1, 0, (from, to) -> {}));
  }
}
