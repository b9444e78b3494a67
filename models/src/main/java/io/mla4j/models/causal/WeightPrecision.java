package io.mla4j.models.causal;

import io.mla4j.checkpoint.FileType;
import io.mla4j.checkpoint.Safetensors;
import io.mla4j.tensor.DType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The type in which a model's matrices are held and multiplied with; sums are in float32. */
public enum WeightPrecision {
  FLOAT32(Optional.of(DType.FLOAT32)),
  BF16(Optional.of(DType.BF16)),

  /**
   * As the file has it where engines compute in that; FP8 stays as it is, the smallest of all, and
   * is decoded at every product, the slowest of all.
   */
  STORED(Optional.empty());

  private final Optional<DType> dtype;

  WeightPrecision(Optional<DType> dtype) {
    this.dtype = dtype;
  }

  /** The type of a matrix that the file holds in another one; empty for the file's own. */
  Optional<DType> dtype() {
    return dtype;
  }

  /** Float32 for files that hold it, bf16 for those whose matrices are narrower. */
  public static WeightPrecision of(Safetensors weights) {
    long wide = 0;
    long narrow = 0;
    for (String name : weights.names()) {
      var entry = weights.entry(name);
      if (entry.shape().rank() == 2) {
        boolean full = entry.type() == FileType.F32 || entry.type() == FileType.F64;
        wide += full ? entry.shape().size() : 0;
        narrow += full ? 0 : entry.shape().size();
      }
    }
    return narrow > wide ? BF16 : FLOAT32;
  }

  /** The precision of this name in any case. */
  public static Optional<WeightPrecision> named(String name) {
    return Arrays.stream(values())
        .filter(precision -> precision.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
