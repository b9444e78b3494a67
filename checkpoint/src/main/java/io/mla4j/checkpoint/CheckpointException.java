package io.mla4j.checkpoint;

/**
 * A checkpoint file or model folder is missing, damaged, or does not fit what is asked of it. The
 * message is one sentence that names the file.
 */
public final class CheckpointException extends IllegalArgumentException {

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
