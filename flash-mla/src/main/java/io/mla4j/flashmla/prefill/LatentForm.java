package io.mla4j.flashmla.prefill;

/**
 * The two forms of latent attention, which give the same numbers. Expanded, latents become keys and
 * values of every head, whose products are narrow; absorbed, the up-projections go into queries and
 * outputs, and every head works on the latents themselves, which are wide.
 */
public enum LatentForm {
  EXPANDED,
  ABSORBED;

  /**
   * The sizes that decide.
   *
   * @param heads H
   * @param latentWidth {@code kv_lora_rank}, r
   * @param nopeWidth the part of a head without positions, n
   * @param ropeWidth the rotary part, p
   * @param valueWidth of a head, V
   */
  public record Sizes(int heads, int latentWidth, int nopeWidth, int ropeWidth, int valueWidth) {

    public Sizes {
      if (heads < 1 || latentWidth < 1 || nopeWidth < 0 || ropeWidth < 0 || valueWidth < 1) {
        throw new IllegalArgumentException(
            "heads, latentWidth and valueWidth are 1 or more, nopeWidth and ropeWidth 0 or more, not"
                + " %d, %d, %d, %d and %d."
                    .formatted(heads, latentWidth, valueWidth, nopeWidth, ropeWidth));
      }
    }
  }

  /**
   * Multiply-adds of a sequence from latents to the heads' outputs, with P pairs of queries and
   * keys that see each other.
   *
   * <ul>
   *   <li>expanded: {@code H · (S · r · (n + V) + P · (n + p + V))}; every cached latent is
   *       expanded again
   *   <li>absorbed: {@code H · (T · r · (n + V) + P · (r + p + r))}
   * </ul>
   *
   * @param queries new tokens, T
   * @param keys all tokens, S, the new ones among them
   */
  public double multiplyAdds(Sizes sizes, long queries, long keys, boolean causal) {
    if (queries < 0 || keys < 0) {
      throw new IllegalArgumentException(
          "queries and keys are 0 or more, not " + queries + " and " + keys + ".");
    }
    double projected = (double) sizes.latentWidth * (sizes.nopeWidth + sizes.valueWidth);
    double pairs = pairs(queries, keys, causal);
    return sizes.heads
        * switch (this) {
          case EXPANDED ->
              keys * projected + pairs * (sizes.nopeWidth + sizes.ropeWidth + sizes.valueWidth);
          case ABSORBED ->
              queries * projected + pairs * (2.0 * sizes.latentWidth + sizes.ropeWidth);
        };
  }

  /** The form with fewer multiply-adds; of two with as many the absorbed one, which moves less. */
  public static LatentForm cheaper(Sizes sizes, long queries, long keys, boolean causal) {
    double expanded = EXPANDED.multiplyAdds(sizes, queries, keys, causal);
    double absorbed = ABSORBED.multiplyAdds(sizes, queries, keys, causal);
    return expanded < absorbed ? EXPANDED : ABSORBED;
  }

  /** Pairs of queries and keys that see each other; the last query sees every key. */
  static double pairs(long queries, long keys, boolean causal) {
    double all = (double) queries * keys;
    double least = Math.min(queries, keys);
    if (!causal) {
      return all;
    }
    return queries >= keys ? least * (least + 1) / 2 : all - least * (least - 1) / 2;
  }
}
