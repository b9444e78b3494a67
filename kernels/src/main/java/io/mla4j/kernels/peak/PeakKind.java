package io.mla4j.kernels.peak;

import java.util.Locale;

/** A limit of the machine that kernels are judged by. */
public enum PeakKind {
  /** Fused multiply-adds of float32; an addition and a product are two operations. */
  FLOAT32,
  /** Dot products of bf16 pairs, summed in float32. */
  BF16,
  /** Dot products of int8 quadruples, summed in int32. */
  INT8,
  /** Bytes read from memory that no cache holds. */
  READ;

  /** Whether operations are counted, rather than bytes. */
  public boolean countsOperations() {
    return this != READ;
  }

  /** Such as {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
