package io.mla4j.kernels;

/** How an element lies in memory. */
public enum ElementType {
  FLOAT32(Float.BYTES),
  BF16(Short.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }
}
