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

  /**
   * The lowest finite number of a floating type: what a mask fills with where a maximum or softmax
   * follows. Unlike minus infinity it leaves rows that are masked throughout finite.
   */
  public double lowest() {
    return switch (this) {
      case FLOAT64 -> -Double.MAX_VALUE;
      case FLOAT32 -> -Float.MAX_VALUE;
      case BF16 -> -0x1.FEp127;
      case FLOAT16 -> -65504;
      case INT8, INT32, INT64, BOOL ->
          throw new IllegalArgumentException(this + " is not a floating type.");
    };
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
