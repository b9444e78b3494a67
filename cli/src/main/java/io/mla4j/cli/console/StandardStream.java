package io.mla4j.cli.console;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A stream the process was started with, by its file descriptor. */
public enum StandardStream {
  INPUT(0),
  OUTPUT(1),
  ERROR(2);

  private final int descriptor;

  StandardStream(int descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Whether a person sits at its other end. The JDK answers that for input and output together
   * only, hence the question to the C library.
   */
  public boolean isTerminal() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> function =
        linker.defaultLookup().find("isatty").or(() -> linker.defaultLookup().find("_isatty"));
    return function.isPresent() ? ask(linker, function.get()) : isConsole();
  }

  private static boolean isConsole() {
    return Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
  }

  @SuppressWarnings("restricted") // there is no other way to ask
  private boolean ask(Linker linker, MemorySegment function) {
    MethodHandle isatty =
        linker.downcallHandle(
            function, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      return (int) isatty.invokeExact(descriptor) != 0;
    } catch (Throwable failure) {
      throw new IllegalStateException("The C library's isatty failed.", failure);
    }
  }
}
