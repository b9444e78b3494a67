package io.mla4j.cuda;

/** What the CUDA driver answered instead of doing what it was asked. */
public final class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CudaException(String message) {
    super(message);
  }
}
