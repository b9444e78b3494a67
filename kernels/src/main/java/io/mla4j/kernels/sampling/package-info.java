/**
 * Choosing the next token from rows of logits.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.sampling.Sampler}: the entry.
 *   <li>{@link io.mla4j.kernels.sampling.SamplingSettings}: temperature, top-k, top-p and min-p;
 *       {@link io.mla4j.kernels.sampling.SeededDraw}: the numbers that decide.
 *   <li>{@link io.mla4j.kernels.sampling.Candidates}: what may be drawn, for those who want to see
 *       it.
 *   <li>{@code LogitRow}: a row and the weight of each token; {@code Histogram}: how many tokens
 *       and how much weight lie above a logit; {@code Shortlist}: the least logit that is kept.
 * </ol>
 *
 * <p><b>Rules.</b> A logit that is not a number counts as −∞, and −∞ is never chosen. Where some
 * are +∞, they alone remain, equally likely. A row that leaves no token is refused. Of equal logits
 * the lower token comes first. A token of less than 10⁻³⁷ of the likeliest one's weight is never
 * drawn.
 */
@NullMarked
package io.mla4j.kernels.sampling;

import org.jspecify.annotations.NullMarked;
