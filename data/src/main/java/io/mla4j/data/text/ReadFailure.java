package io.mla4j.data.text;

import io.mla4j.data.DataException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in a sentence why a file cannot be read. */
public final class ReadFailure {

  private ReadFailure() {}

  /**
   * The sentence, to be thrown.
   *
   * @param name the file's
   */
  public static DataException of(String name, Exception failure) {
    String sentence =
        switch (innermost(failure)) {
          case NoSuchFileException missing -> "There is no file " + name + ".";
          case AccessDeniedException denied -> "There is no permission to read " + name + ".";
          case FileSystemException refused -> unreadable(name, refused.getReason(), refused);
          case Exception other -> unreadable(name, other.getMessage(), other);
        };
    return new DataException(sentence, failure);
  }

  /** Parsers wrap what the file system says in where they were, which does not help. */
  private static Exception innermost(Exception failure) {
    return !(failure instanceof IOException) && failure.getCause() instanceof Exception cause
        ? innermost(cause)
        : failure;
  }

  private static String unreadable(String name, @Nullable String reason, Exception failure) {
    String why = Optional.ofNullable(reason).orElseGet(failure.getClass()::getSimpleName);
    return name + " cannot be read: " + why + ".";
  }
}
