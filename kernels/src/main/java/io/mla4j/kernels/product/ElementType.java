package io.mla4j.kernels.product;

/** The type of matrix elements in memory. */
public enum ElementType {
  FLOAT32(Float.BYTES),
  BFLOAT16(Short.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }
}
