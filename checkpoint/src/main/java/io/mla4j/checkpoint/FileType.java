package io.mla4j.checkpoint;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * Element types a safetensors file can hold, of which engines compute in a few only. In the
 * reference library's order, which is that of tensors in a file, backwards.
 *
 * <p>Types of fewer than 8 bits are packed; a shape counts elements, not bytes. F8_E4M3 has no
 * infinity, F8_E8M0 holds powers of two, and those that end in FNUZ have neither infinity nor
 * negative zero. F4 is E2M1 of the OCP microscaling formats, the earlier element in the lower half
 * of its byte.
 *
 * @see <a
 *     href="https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs">tensor.rs</a>
 */
public enum FileType {
  BOOL(8, Kind.TRUTH),
  F4(4, Kind.FLOATING),
  F6_E2M3(6, Kind.OPAQUE),
  F6_E3M2(6, Kind.OPAQUE),
  U8(8, Kind.WHOLE),
  I8(8, Kind.WHOLE),
  F8_E5M2(8, Kind.FLOATING),
  F8_E4M3(8, Kind.FLOATING),
  F8_E8M0(8, Kind.FLOATING),
  F8_E4M3FNUZ(8, Kind.FLOATING),
  F8_E5M2FNUZ(8, Kind.FLOATING),
  I16(16, Kind.WHOLE),
  U16(16, Kind.WHOLE),
  F16(16, Kind.FLOATING),
  BF16(16, Kind.FLOATING),
  I32(32, Kind.WHOLE),
  U32(32, Kind.WHOLE),
  F32(32, Kind.FLOATING),
  C64(64, Kind.OPAQUE),
  F64(64, Kind.FLOATING),
  I64(64, Kind.WHOLE),
  U64(64, Kind.WHOLE);

  private enum Kind {
    TRUTH,
    WHOLE,
    FLOATING,
    /** Complex numbers, and six bits, whose packing the format does not say. */
    OPAQUE
  }

  private final int bits;
  private final Kind kind;

  FileType(int bits, Kind kind) {
    this.bits = bits;
    this.kind = kind;
  }

  /** The name of this type in a safetensors header. */
  public String code() {
    return name();
  }

  /** Bits of one element. */
  public int bits() {
    return bits;
  }

  /**
   * Bytes of all elements of a shape.
   *
   * @throws IllegalArgumentException if they do not fill whole bytes or exceed 2^63 bits
   */
  public long bytes(Shape shape) {
    long elements = shape.size();
    if (elements > Long.MAX_VALUE / bits || elements * bits % Byte.SIZE != 0) {
      throw new IllegalArgumentException(
          "A tensor of %s of shape %s has no size in bytes: its elements of %d bits %s."
              .formatted(
                  this,
                  shape,
                  bits,
                  elements > Long.MAX_VALUE / bits ? "are too many" : "do not fill whole bytes"));
    }
    return elements * bits / Byte.SIZE;
  }

  /** The type engines compute in that has the same bits, if there is one. */
  public Optional<DType> dtype() {
    return DType.ofCode(code());
  }

  /**
   * The type that {@link Safetensors#read(String, io.mla4j.tensor.Engine)} gives on an engine: the
   * same one, or the smallest that holds every value; FLOAT32 for what is narrower. Empty for C64
   * and for six bits, which are not read as numbers.
   */
  public Optional<DType> computed() {
    return switch (this) {
      case C64, F6_E2M3, F6_E3M2 -> Optional.empty();
      case F4, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ -> Optional.of(DType.FLOAT32);
      case U8, I16, U16 -> Optional.of(DType.INT32);
      case U32, U64 -> Optional.of(DType.INT64);
      case BOOL, I8, F16, BF16, I32, F32, F64, I64 -> dtype();
    };
  }

  /** Whether elements are numbers that may have a fraction, or powers of two. */
  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /** Whether elements are whole numbers. */
  public boolean isWhole() {
    return kind == Kind.WHOLE;
  }

  /** The type in which an engine's tensors are written. */
  public static FileType of(DType dtype) {
    return valueOf(dtype.code());
  }

  /** The type with this name in a safetensors header, if the format has it. */
  public static Optional<FileType> ofCode(String code) {
    return Arrays.stream(values()).filter(type -> type.code().equals(code)).findFirst();
  }
}
