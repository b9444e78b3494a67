package io.mla4j.kernels.nativecode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a processor must have to run one compilation of the kernels; later ones are better. */
public enum Level {
  /** x86-64 with AVX-512 F, BW, VL, DQ, BF16 and VNNI: Zen 4, Cooper Lake, Sapphire Rapids. */
  AVX512BF16(1, "AVX-512 with BF16 and VNNI");

  private final int bit;
  private final String words;

  Level(int bit, String words) {
    this.bit = bit;
    this.words = words;
  }

  /** What function names end in. */
  String suffix() {
    return "_" + name().toLowerCase(Locale.ROOT);
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
