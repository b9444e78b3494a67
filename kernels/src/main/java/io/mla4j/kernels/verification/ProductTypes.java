package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.product.WeightFormat;

/** A pairing of packed weights and activations. */
public enum ProductTypes {
  FLOAT32(WeightFormat.FLOAT32, ElementType.FLOAT32, false, 4e-7),
  FLOAT32_FROM_BF16(WeightFormat.FLOAT32, ElementType.BF16, false, 4e-7),
  BF16_FROM_FLOAT32(WeightFormat.BF16, ElementType.FLOAT32, false, 1e-6),
  BF16(WeightFormat.BF16, ElementType.BF16, false, 1e-6),
  BF16_ROWS_FROM_FLOAT32(WeightFormat.BF16_ROWS, ElementType.FLOAT32, false, 1e-6),
  BF16_ROWS(WeightFormat.BF16_ROWS, ElementType.BF16, false, 1e-6),
  INT8(WeightFormat.INT8, ElementType.FLOAT32, true, 4e-7),
  INT8_WEIGHTS(WeightFormat.INT8, ElementType.FLOAT32, false, 1e-6),
  INT8_WEIGHTS_FROM_BF16(WeightFormat.INT8, ElementType.BF16, false, 1e-6),
  // More than four rows see the scaled weights as bf16, which keeps 8 bits.
  INT4_WEIGHTS(WeightFormat.INT4, ElementType.FLOAT32, false, 1.0 / 256),
  INT4_WEIGHTS_FROM_BF16(WeightFormat.INT4, ElementType.BF16, false, 1.0 / 256);

  final WeightFormat format;
  final ElementType element;

  /** Whether activations are rounded to int8. */
  final boolean quantized;

  /** Of the size of a sum's terms. */
  final double tolerance;

  ProductTypes(WeightFormat format, ElementType element, boolean quantized, double tolerance) {
    this.format = format;
    this.element = element;
    this.quantized = quantized;
    this.tolerance = tolerance;
  }
}
