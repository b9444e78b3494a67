/**
 * Latent attention with FlashMLA's interface (deepseek-ai/FlashMLA). Decoding: queries over a paged
 * cache of rows {@code [latent | rotary key]}, of which the values are the first part, in absorbed
 * form. Prefill: packed sequences of queries, keys and values, in expanded form. The lightning
 * indexer of DeepSeek-V3.2: which tokens a sparse decode attends to. For any JVM engine: nothing
 * here knows tensors, only memory segments.
 *
 * <pre>{@code
 * try (FlashMla mla = FlashMla.start(2)) {
 *   DecodeShape shape = new DecodeShape(batch, 1, 16, 1, 576, 512);
 *   MlaMetadata metadata = mla.metadata(shape, cacheLengths); // once a step
 *   for (int layer = 0; layer < layers; layer++) {
 *     mla.decode(metadata, queries[layer], caches[layer], blockTable, options, results[layer]);
 *   }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link io.mla4j.flashmla.FlashMla}: the entry, {@code flash_mla_with_kvcache}
 *   <li>{@link io.mla4j.flashmla.decode.MlaMetadata}: how the work is divided, {@code
 *       get_mla_metadata}
 *   <li>{@link io.mla4j.flashmla.decode.DecodeShape}, {@link io.mla4j.flashmla.decode.Queries},
 *       {@link io.mla4j.flashmla.cache.PagedCache}, {@link io.mla4j.flashmla.cache.BlockTable},
 *       {@link io.mla4j.flashmla.cache.TokenIndices}, {@link
 *       io.mla4j.flashmla.decode.DecodeOptions}, {@link io.mla4j.flashmla.decode.DecodeResult}:
 *       what it takes and gives
 *   <li>{@link io.mla4j.flashmla.cache.CacheFormat}, {@link io.mla4j.flashmla.cache.Int8Row},
 *       {@link io.mla4j.flashmla.cache.Fp8Row}: how tokens lie in a cache
 *   <li>{@link io.mla4j.flashmla.decode.DecodeTwin}: the part of one thread, in Java and in C
 *   <li>{@link io.mla4j.flashmla.decode.Merge}: parts joined to outputs
 *   <li>{@link io.mla4j.flashmla.prefill.PrefillMetadata}: how a prefill is divided into blocks
 *   <li>{@link io.mla4j.flashmla.prefill.PrefillShape}, {@link io.mla4j.flashmla.cache.TokenRows},
 *       {@link io.mla4j.flashmla.prefill.PrefillResult}: what it takes and gives
 *   <li>{@link io.mla4j.flashmla.prefill.PrefillTwin}: one block, in Java and in C
 *   <li>{@link io.mla4j.flashmla.prefill.SparsePrefill}, {@link
 *       io.mla4j.flashmla.prefill.SparsePrefillResult}: many query tokens, each over the tokens its
 *       list names, {@code flash_mla_sparse_fwd}
 *   <li>{@link io.mla4j.flashmla.indexer.IndexerMetadata}, {@link
 *       io.mla4j.flashmla.indexer.IndexerShape}, {@link io.mla4j.flashmla.indexer.IndexerQueries}:
 *       the lightning indexer, which chooses tokens
 *   <li>{@link io.mla4j.flashmla.indexer.IndexerTwin}, {@link io.mla4j.flashmla.indexer.TopKTwin}:
 *       its scores and the choice, in Java and in C
 *   <li>{@code NativeKernel}: how the C twins are called
 *   <li>{@link io.mla4j.flashmla.prefill.LatentForm}: which of the two forms costs less
 * </ul>
 *
 * <p>Shapes: B sequences, T query tokens, H query heads, G key heads, D key width, V value width, S
 * keys or cached tokens, K tokens chosen by index.
 */
@NullMarked
package io.mla4j.flashmla;

import org.jspecify.annotations.NullMarked;
