package io.mla4j.flashmla.cache;

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
  INT8,

  /**
   * FlashMLA's FP8: V e4m3 values, a float32 scale for every 128 of them, D − V bf16 of the rotary
   * key: 656 bytes at 576/512. {@link Fp8Row} writes it. V is a multiple of 128.
   */
  FP8;

  /** Bytes of a key head of a token of width D with a value of width V. */
  public int rowBytes(int width, int valueWidth) {
    return switch (this) {
      case FLOAT32 -> width * Float.BYTES;
      case BF16 -> width * Short.BYTES;
      case INT8 -> width + Int8Row.FOOTER_BYTES;
      case FP8 -> Fp8Row.bytes(width, valueWidth);
    };
  }

  /** What V, and but for FP8 also D, must be a multiple of. */
  public int widthMultiple() {
    return switch (this) {
      case FLOAT32, BF16 -> 1;
      case INT8 -> 4;
      case FP8 -> Fp8Row.SCALED;
    };
  }

  /** Whether keys of these widths can be stored. */
  public boolean fits(int width, int valueWidth) {
    int multiple = widthMultiple();
    return valueWidth % multiple == 0 && (this == FP8 || width % multiple == 0);
  }

  /** What addresses are multiples of. */
  public int alignment() {
    return this == BF16 ? Short.BYTES : Float.BYTES;
  }
}
