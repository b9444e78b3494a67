package io.mla4j.tensor;

/**
 * The two equal forms of multi-head latent attention (arXiv 2405.04434, section 2.1.2).
 *
 * <p>Expanded: keys and values of every head are computed from the latents, then ordinary attention
 * runs. Absorbed: the queries are taken into the latent space, so that all heads share the latent
 * as their one key and value.
 */
public enum LatentForm {
  EXPANDED,
  ABSORBED;

  /**
   * The form with fewer multiply-adds for T queries over S latents.
   *
   * <p>A head's expanded form costs T·S·(N + P + V) for the attention and S·R·(N + V) for the
   * expansion; the absorbed form costs T·S·(2R + P) and T·R·(N + V) for the two absorptions.
   */
  public static LatentForm cheaper(
      long queries, long keys, LatentProjections projections, long rotaryDim) {
    double contents = projections.nopeDim() + projections.valueDim();
    double rank = projections.latentRank();
    double expanded = keys * (queries * (contents + rotaryDim) + rank * contents);
    double absorbed = queries * (keys * (2 * rank + rotaryDim) + rank * contents);
    return absorbed < expanded ? ABSORBED : EXPANDED;
  }
}
