package io.mla4j.cli.train;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns Ctrl-C, a polite kill or the terminal's end into a request to stop; a second one ends the
 * JVM at once. Where the JVM was told to leave signals alone they end it as ever, and the last
 * checkpoint stays.
 *
 * <p>The JDK's only interface to signals is reached by name, as every mention of it in the source
 * is a warning of the compiler's that cannot be turned off.
 */
final class Interruption implements AutoCloseable {

  /** What the program ends with after it was asked to stop. */
  static final int EXIT_CODE = 130;

  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final Runnable stop;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final List<Runnable> restore = new ArrayList<>();

  private Interruption(Runnable stop) {
    this.stop = stop;
  }

  /** From now until it is closed, a signal first stops what is running. */
  static Interruption stops(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    SIGNALS.forEach(interruption::listen);
    return interruption;
  }

  private void listen(String name) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      MethodHandle heard =
          MethodHandles.lookup()
              .bind(this, "heard", MethodType.methodType(void.class, Object.class));
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      Object handler = MethodHandleProxies.asInterfaceInstance(handlerType, heard);
      var handle = signalType.getMethod("handle", signalType, handlerType);
      Object before = handle.invoke(null, signal, handler);
      restore.add(
          () -> {
            try {
              handle.invoke(null, signal, before);
            } catch (ReflectiveOperationException failure) {
              throw new IllegalStateException("Could not let go of SIG" + name + ".", failure);
            }
          });
    } catch (ReflectiveOperationException unavailable) {
      // Then the signal keeps its usual meaning.
    }
  }

  /** Called by name, on a thread of the signal's own. */
  @SuppressWarnings("unused")
  private void heard(Object signal) {
    if (asked.getAndSet(true)) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
    stop.run();
  }

  @Override
  public void close() {
    restore.forEach(Runnable::run);
  }
}
