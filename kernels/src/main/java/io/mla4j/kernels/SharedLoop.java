package io.mla4j.kernels;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One loop that several threads run: each takes the next chunk until none is left. */
final class SharedLoop {

  private final long count;
  private final long chunk;
  private final long chunks;
  private final KernelThreads.Range body;
  private final Thread caller = Thread.currentThread();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong unfinished;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  SharedLoop(long count, long chunk, KernelThreads.Range body) {
    this.count = count;
    this.chunk = chunk;
    this.body = body;
    this.chunks = (count - 1) / chunk + 1;
    this.unfinished = new AtomicLong(chunks);
  }

  long chunks() {
    return chunks;
  }

  /** Runs chunks until none is left to take. */
  void help() {
    for (long i = next.getAndIncrement(); i < chunks; i = next.getAndIncrement()) {
      runChunk(i);
      if (unfinished.decrementAndGet() == 0) {
        LockSupport.unpark(caller);
      }
    }
  }

  private void runChunk(long index) {
    if (failure.get() != null) {
      return;
    }
    try {
      long from = index * chunk;
      body.run(from, Math.min(count, from + chunk));
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }

  /** Waits for the chunks other threads took, and throws what one of them threw. */
  void await() {
    ActiveWait wait = new ActiveWait();
    while (unfinished.get() > 0 && wait.pause()) {}
    boolean interrupted = false;
    while (unfinished.get() > 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      caller.interrupt();
    }
    rethrow();
  }

  private void rethrow() {
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
