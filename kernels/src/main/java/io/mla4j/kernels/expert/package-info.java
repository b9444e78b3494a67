/**
 * The feed-forward part of a mixture of experts (arXiv 1701.06538; DeepSeekMoE, 2401.06066): each
 * token goes through the few experts it was routed to, each expert through its tokens in one
 * product.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.expert.RoutedExperts}: the entry.
 *   <li>{@link io.mla4j.kernels.expert.Routing}: which experts each token goes to, with what
 *       weight.
 *   <li>{@link io.mla4j.kernels.expert.Expert}, {@link io.mla4j.kernels.expert.ExpertWeights}:
 *       packed weights.
 *   <li>{@code ExpertGroups}: the rows of each expert.
 * </ol>
 *
 * <p><b>Letters.</b> T tokens, K experts a token, E width of a token, I inner width of an expert.
 */
@NullMarked
package io.mla4j.kernels.expert;

import org.jspecify.annotations.NullMarked;
