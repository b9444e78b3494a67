/**
 * The attention family behind one interface, {@link io.mla4j.nn.attention.Attention}: {@link
 * io.mla4j.nn.attention.Dense} (multi-head, grouped-query, multi-query, windowed) and {@link
 * io.mla4j.nn.attention.Mla} (multi-head latent attention). {@link
 * io.mla4j.nn.attention.AttentionConfig} says which, {@link io.mla4j.nn.pass.LayerPass} is what
 * every member takes, {@link io.mla4j.nn.pass.AttentionCache} is what decoding keeps: for latents
 * in one piece, or as a {@link io.mla4j.nn.attention.PagedLatentCache} over {@link
 * io.mla4j.nn.attention.PagedSequence}s in blocks of a {@link
 * io.mla4j.nn.attention.LatentBlockPool}.
 *
 * <p>Shape letters as in {@link io.mla4j.tensor}.
 */
@NullMarked
package io.mla4j.nn.attention;

import org.jspecify.annotations.NullMarked;
