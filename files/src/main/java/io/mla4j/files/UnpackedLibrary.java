package io.mla4j.files;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A native library that is unpacked to a folder before it is loaded: the folder may be full, closed
 * to programs ({@code noexec}), or not there.
 *
 * @param name as a sentence begins with it
 */
public record UnpackedLibrary(String name) {

  /**
   * Says in one sentence that the library does not load.
   *
   * @param folder where it was to lie
   * @param setting what names another folder, as {@code -Djava.io.tmpdir}
   */
  public String problem(Path folder, Throwable failure, String setting) {
    return "%s does not load from %s: %s; another folder can be given with %s."
        .formatted(name, folder, reason(failure), setting);
  }

  /** The deepest cause, in few words: who loads libraries wraps it in words that say less. */
  public static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("no detail");
    return switch (root) {
      case NoSuchFileException missing -> "there is no such folder";
      case AccessDeniedException denied -> "there is no permission to write there";
      case NotDirectoryException file -> "it is no folder";
      // The JVM names the file once, and the system's loader again.
      default -> message.replaceFirst("^(.+): \\1: ", "$1: ").replaceFirst("\\.$", "");
    };
  }
}
