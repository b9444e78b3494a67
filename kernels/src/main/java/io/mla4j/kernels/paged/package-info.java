/**
 * Attention of a few new tokens over a paged cache with separate keys and values: multi-head,
 * grouped-query and multi-query (PagedAttention, arXiv 2309.06180; split over the length as
 * FlashDecoding does).
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.kernels.paged.PagedAttention}: the entry. It validates, describes a call as
 *       a {@code PagedTask}, and launches it.
 *   <li>{@link io.mla4j.kernels.paged.PagedShape}, {@link io.mla4j.kernels.paged.KeyValuePool},
 *       {@link io.mla4j.kernels.paged.PagedResult}: what it takes.
 *   <li>{@link io.mla4j.kernels.paged.PagedPlan}: how a step is divided among threads, made once
 *       and used by every layer.
 *   <li>{@code NativePaged} and {@code JavaPaged}: the part that one thread does, in C and on the
 *       loops of {@link io.mla4j.kernels.body.KernelBodies}.
 *   <li>{@code PagedMerge}: joins the parts.
 * </ol>
 *
 * <p><b>Letters.</b> B sequences, T query tokens of each, H query heads, G key heads, D width of
 * queries and keys, V width of values.
 */
@NullMarked
package io.mla4j.kernels.paged;

import org.jspecify.annotations.NullMarked;
