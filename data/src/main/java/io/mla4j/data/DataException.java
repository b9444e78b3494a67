package io.mla4j.data;

/**
 * Bad input data. The message is one sentence fit for a user: what is wrong, in which file and
 * line, and what to do about it.
 */
public final class DataException extends IllegalArgumentException {

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
