package io.mla4j.torchengine;

import io.mla4j.tensor.DType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types of this project and of libtorch. */
final class TorchTypes {

  private TorchTypes() {}

  static ScalarType scalarType(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> ScalarType.Double;
      case FLOAT32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case FLOAT16 -> ScalarType.Half;
      case INT8 -> ScalarType.Char;
      case INT32 -> ScalarType.Int;
      case INT64 -> ScalarType.Long;
      case BOOL -> ScalarType.Bool;
    };
  }

  static DType dtype(ScalarType type) {
    // intern() maps a value that came from native code to its enum constant.
    return switch (type.intern()) {
      case Double -> DType.FLOAT64;
      case Float -> DType.FLOAT32;
      case BFloat16 -> DType.BF16;
      case Half -> DType.FLOAT16;
      case Char -> DType.INT8;
      case Int -> DType.INT32;
      case Long -> DType.INT64;
      case Bool -> DType.BOOL;
      default ->
          throw new IllegalStateException("libtorch returned the element type " + type + ".");
    };
  }
}
