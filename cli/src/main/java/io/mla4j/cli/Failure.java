package io.mla4j.cli;

import io.mla4j.cli.console.Printable;
import io.mla4j.cli.console.Quantity;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** One sentence for anything that went wrong. */
final class Failure {

  private static final String OURS = "io.mla4j.";

  private Failure() {}

  static String sentence(Throwable failure) {
    return switch (failure) {
      case OutOfMemoryError memory -> outOfMemory();
      case LinkageError linkage -> linkage(linkage);
      case NoSuchFileException missing -> "There is no file " + missing.getFile() + ".";
      case AccessDeniedException denied ->
          "There is no permission to use " + denied.getFile() + ".";
      case FileSystemException file -> ended(oneLine(file).orElse("A file cannot be used"));
      case UncheckedIOException wrapper -> unchecked(wrapper);
      case NullPointerException bug -> internal(bug);
      case IndexOutOfBoundsException bug -> internal(bug);
      case ClassCastException bug -> internal(bug);
      case ArithmeticException bug -> internal(bug);
      default -> oneLine(failure).map(Failure::ended).orElseGet(() -> internal(failure));
    };
  }

  /** Without a message of its own, the wrapper repeats the name of the class it wraps. */
  private static String unchecked(UncheckedIOException wrapper) {
    Throwable cause = wrapper.getCause();
    if (cause != null && cause.toString().equals(wrapper.getMessage())) {
      return sentence(cause);
    }
    return oneLine(wrapper).map(Failure::ended).orElseGet(() -> internal(wrapper));
  }

  private static String outOfMemory() {
    return "The Java heap of %s is full; allow more, as in MLA4J_JAVA_OPTS=-Xmx8g."
        .formatted(Quantity.bytes(Runtime.getRuntime().maxMemory()));
  }

  private static String linkage(LinkageError failure) {
    return "A library does not load: %s; './mla4j doctor' shows what is missing."
        .formatted(oneLine(failure).orElse(failure.getClass().getSimpleName()));
  }

  private static String internal(Throwable bug) {
    String where =
        Arrays.stream(bug.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith(OURS))
            .findFirst()
            .map(frame -> " in " + frame.getFileName() + ", line " + frame.getLineNumber())
            .orElse("");
    String what = bug.getClass().getSimpleName() + oneLine(bug).map(m -> ": " + m).orElse("");
    return "This is a mistake in mla4j (%s%s); run it again with --stacktrace and report it."
        .formatted(what, where);
  }

  private static Optional<String> oneLine(Throwable failure) {
    String message = Optional.ofNullable(failure.getMessage()).orElse("");
    String line = message.lines().map(String::strip).collect(Collectors.joining(" ")).strip();
    return Optional.of(Printable.of(line)).filter(text -> !text.isEmpty());
  }

  private static String ended(String sentence) {
    return sentence.matches(".*[.?!]") ? sentence : sentence + ".";
  }
}
