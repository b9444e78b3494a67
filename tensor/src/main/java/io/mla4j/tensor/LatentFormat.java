package io.mla4j.tensor;

/** How a row {@code [latent | rotary key]} of R + P values lies in a pool of cached rows. */
public enum LatentFormat {
  FLOAT32(DType.FLOAT32),
  BF16(DType.BF16),

  /**
   * R int8 of the latent, P int8 of the rotary key, then in the machine's byte order a float32
   * scale of each and an int32 sum of the elements of each. The largest magnitude of each becomes
   * 127.
   */
  INT8(DType.INT8);

  private final DType dtype;

  LatentFormat(DType dtype) {
    this.dtype = dtype;
  }

  /** The type of a pool's tensor. */
  public DType dtype() {
    return dtype;
  }

  /** Elements of a row in a pool. */
  public long rowElements(long rank, long rotaryDim) {
    return rank + rotaryDim + (this == INT8 ? Int8Latents.FOOTER_BYTES : 0);
  }

  /**
   * Rows as a pool keeps them.
   *
   * @param rows [N, R + P]; finite for INT8
   * @return [N, rowElements]
   */
  public Tensor encode(Tensor rows, long rank) {
    return switch (this) {
      case FLOAT32, BF16 -> rows.cast(dtype);
      case INT8 -> Int8Latents.encode(rows, rank);
    };
  }

  /**
   * Rows of a pool as numbers.
   *
   * @param rows [N, rowElements]
   * @return [N, R + P]
   */
  public Tensor decode(Tensor rows, long rank, DType wanted) {
    return switch (this) {
      case FLOAT32, BF16 -> rows.cast(wanted);
      case INT8 -> Int8Latents.decode(rows, rank).cast(wanted);
    };
  }
}
