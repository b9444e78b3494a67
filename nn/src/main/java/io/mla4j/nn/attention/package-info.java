/**
 * The attention family behind one interface, {@link io.mla4j.nn.attention.Attention}: {@link
 * io.mla4j.nn.attention.Dense} (multi-head, grouped-query, multi-query, windowed) and {@link
 * io.mla4j.nn.attention.Mla} (multi-head latent attention). {@link
 * io.mla4j.nn.attention.AttentionConfig} says which, {@link io.mla4j.nn.pass.LayerPass} is what
 * every member takes, {@link io.mla4j.nn.pass.AttentionCache} is what decoding keeps: in one piece,
 * or in blocks as a {@link io.mla4j.nn.attention.PagedLatentCache} or a {@link
 * io.mla4j.nn.attention.PagedKeyValueCache}. The blocks of a {@link
 * io.mla4j.nn.attention.PagedSequence} have the same numbers in the {@link
 * io.mla4j.nn.attention.BlockPool} of every layer; a {@link io.mla4j.nn.attention.BlockAllocator}
 * knows which are taken.
 *
 * <p>Shape letters as in {@link io.mla4j.tensor}.
 */
@NullMarked
package io.mla4j.nn.attention;

import org.jspecify.annotations.NullMarked;
