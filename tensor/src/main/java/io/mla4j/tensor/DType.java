package io.mla4j.tensor;

import java.util.Optional;

/** Element types a tensor can have. */
public enum DType {
  FLOAT64("F64", 8),
  FLOAT32("F32", 4),
  BF16("BF16", 2),
  FLOAT16("F16", 2),
  INT8("I8", 1),
  INT32("I32", 4),
  INT64("I64", 8),
  BOOL("BOOL", 1);

  private final String code;
  private final int bytes;

  DType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The name of this type in a safetensors header. */
  public String code() {
    return code;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return this == FLOAT64 || this == FLOAT32 || this == BF16 || this == FLOAT16;
  }

  /** Of two floating types the one with more bits; FLOAT32 of the two of 16 bits that differ. */
  public DType widerOf(DType other) {
    if (this == other) {
      return this;
    }
    if (!isFloating() || !other.isFloating()) {
      throw new IllegalArgumentException(
          "Of " + this + " and " + other + " one is no floating type; cast it first.");
    }
    return bytes == other.bytes ? FLOAT32 : bytes > other.bytes ? this : other;
  }

  /** The type with this name in a safetensors header, if this project has it. */
  public static Optional<DType> ofCode(String code) {
    for (DType type : values()) {
      if (type.code.equals(code)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
