package io.mla4j.cuda;

/** What the CUDA driver, or a library on it, answered instead of doing what it was asked. */
public final class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final int OUT_OF_MEMORY = 2; // CUDA_ERROR_OUT_OF_MEMORY

  private final int result;

  /** Nothing was asked of the driver. */
  public CudaException(String message) {
    this(message, 0);
  }

  CudaException(String message, int result) {
    super(message);
    this.result = result;
  }

  /** The driver's {@code CUresult}; 0 if it was not asked. */
  public int result() {
    return result;
  }

  /** Whether it would work with more memory; what was there before still works. */
  public boolean isOutOfMemory() {
    return result == OUT_OF_MEMORY;
  }
}
