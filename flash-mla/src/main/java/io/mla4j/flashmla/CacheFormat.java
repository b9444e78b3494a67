package io.mla4j.flashmla;

/** How one key head of a cached token lies in memory, [latent | rotary key]. */
public enum CacheFormat {
  /** D float32. */
  FLOAT32,

  /** D bf16. */
  BF16,

  /**
   * V int8 of the latent, D − V int8 of the rotary key, a float32 scale of each, and an int32 sum
   * of the elements of each: 592 bytes at 576/512. {@link Int8Row} writes it. V and D are multiples
   * of 4.
   */
  INT8;

  /** Bytes of a key head of a token. */
  public int rowBytes(int width) {
    return switch (this) {
      case FLOAT32 -> width * Float.BYTES;
      case BF16 -> width * Short.BYTES;
      case INT8 -> width + Int8Row.FOOTER_BYTES;
    };
  }

  /** What addresses are multiples of. */
  int alignment() {
    return this == BF16 ? Short.BYTES : Float.BYTES;
  }
}
