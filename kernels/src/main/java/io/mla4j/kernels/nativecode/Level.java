package io.mla4j.kernels.nativecode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a processor must have to run one compilation of the kernels; later ones are better. */
public enum Level {
  /** x86-64 with AVX2, FMA, F16C and BMI2: Haswell, Zen and later. */
  AVX2(1, "AVX2"),
  /** Also AVX-512 F, BW, VL and DQ: Skylake-X and later. */
  AVX512(2, "AVX-512"),
  /** Also AVX-512 BF16 and VNNI: Zen 4, Cooper Lake, Sapphire Rapids. */
  AVX512BF16(4, "AVX-512 with BF16 and VNNI"),
  /** Also AMX with tiles of bf16 and int8: Sapphire Rapids and later. */
  AMX(64, "AMX, and AVX-512 with BF16 and VNNI"),
  /** Any AArch64. */
  NEON(8, "NEON"),
  /** Armv8.2 with dot products of int8: Neoverse N1, Cortex-A76, Apple M1. */
  DOTPROD(16, "NEON with dot products"),
  /** Also products of int8 matrices: Neoverse V1 and N2, Apple M2. */
  I8MM(32, "NEON with int8 matrix products");

  private final int bit;
  private final String words;

  Level(int bit, String words) {
    this.bit = bit;
    this.words = words;
  }

  /** Its name in flags and at the end of C functions, such as {@code avx512bf16}. */
  public String flag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The level of a {@link #flag}. */
  public static Optional<Level> ofFlag(String flag) {
    return Arrays.stream(values()).filter(level -> level.flag().equals(flag)).findFirst();
  }

  @Override
  public String toString() {
    return words;
  }

  /** The levels in a set of bits as {@code mla4j_levels} returns it, the best first. */
  static List<Level> of(int bits) {
    return Arrays.stream(values())
        .filter(level -> (bits & level.bit) != 0)
        .sorted(Comparator.reverseOrder())
        .toList();
  }
}
