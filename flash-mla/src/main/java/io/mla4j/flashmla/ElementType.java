package io.mla4j.flashmla;

/** How an element lies in memory. */
public enum ElementType {
  FLOAT32(4),
  BF16(2);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }
}
