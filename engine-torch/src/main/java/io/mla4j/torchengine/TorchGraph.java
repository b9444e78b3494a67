package io.mla4j.torchengine;

import io.mla4j.tensor.Autocast;
import io.mla4j.tensor.Engine;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of this engine's Java objects libtorch's graph calls during a backward pass. JavaCPP holds
 * hooks weakly, so they are held here until they have run or their part of the graph is gone; and
 * of what a hook throws, libtorch passes on only the text, so the throwable is kept here.
 */
final class TorchGraph {

  /** Something held for libtorch's graph. */
  interface Held {
    /** Whether the graph can still call it. */
    boolean isAlive();

    /** Frees what it holds. */
    void release();
  }

  private static final int FEW = 64;
  private static final Pattern FAILURE = Pattern.compile("mla4j gradient failure (\\d+)");

  private final Set<Held> held = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Long, Throwable> failures = new ConcurrentHashMap<>();
  private final AtomicLong failureCount = new AtomicLong();
  private final ThreadLocal<@Nullable AutoCloseable> handedOut = new ThreadLocal<>();
  private int sweepAt = FEW;

  synchronized void hold(Held hook) {
    if (held.size() >= sweepAt) {
      sweep();
      sweepAt = Math.max(FEW, 2 * held.size());
    }
    held.add(hook);
  }

  /** Lets go of everything whose graph was freed without a backward pass. */
  private void sweep() {
    held.removeIf(
        hook -> {
          boolean dead = !hook.isAlive();
          if (dead) {
            hook.release();
          }
          return dead;
        });
  }

  /** Lets go of one that has done its work. */
  synchronized void drop(Held hook) {
    if (held.remove(hook)) {
      hook.release();
    }
  }

  /** How many are held, after those were let go of whose graph is gone. */
  synchronized int size() {
    sweep();
    return held.size();
  }

  /**
   * Runs the body of a hook. What it gives is read by libtorch after it has returned, so it is
   * closed with the next hook of the thread or with the end of the backward pass.
   */
  <T extends AutoCloseable> T inHook(Supplier<T> body) {
    closeHandedOut();
    try (Engine.Guard guard = Autocast.suspend()) {
      T result = body.get();
      handedOut.set(result);
      return result;
    } catch (Throwable failure) {
      long number = failureCount.incrementAndGet();
      failures.put(number, failure);
      throw new IllegalStateException("mla4j gradient failure " + number);
    }
  }

  private void closeHandedOut() {
    AutoCloseable last = handedOut.get();
    handedOut.remove();
    if (last != null) {
      try {
        last.close();
      } catch (Exception impossible) {
        throw new IllegalStateException("A libtorch object did not close.", impossible);
      }
    }
  }

  /** Runs a backward pass and throws what a hook threw, as it was. */
  void backward(TorchCall call, Runnable pass) {
    try {
      call.run(pass);
    } catch (RuntimeException failure) {
      throw original(failure);
    } finally {
      closeHandedOut();
    }
  }

  private RuntimeException original(RuntimeException failure) {
    Matcher matcher = FAILURE.matcher(String.valueOf(failure.getMessage()));
    Throwable kept = matcher.find() ? failures.remove(Long.valueOf(matcher.group(1))) : null;
    if (kept instanceof Error) {
      throw (Error) kept;
    }
    return kept == null
        ? failure
        : new IllegalStateException("A backward pass failed: " + kept.getMessage(), kept);
  }
}
