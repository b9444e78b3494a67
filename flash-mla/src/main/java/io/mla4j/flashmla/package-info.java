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
 *   <li>{@link io.mla4j.flashmla.MlaMetadata}: how the work is divided, {@code get_mla_metadata}
 *   <li>{@link io.mla4j.flashmla.DecodeShape}, {@link io.mla4j.flashmla.Queries}, {@link
 *       io.mla4j.flashmla.PagedCache}, {@link io.mla4j.flashmla.BlockTable}, {@link
 *       io.mla4j.flashmla.TokenIndices}, {@link io.mla4j.flashmla.DecodeOptions}, {@link
 *       io.mla4j.flashmla.DecodeResult}: what it takes and gives
 *   <li>{@link io.mla4j.flashmla.CacheFormat}, {@link io.mla4j.flashmla.Int8Row}, {@link
 *       io.mla4j.flashmla.Fp8Row}: how tokens lie in a cache
 *   <li>{@link io.mla4j.flashmla.DecodeTwin}: the part of one thread, in Java and in C
 *   <li>{@link io.mla4j.flashmla.Merge}: parts joined to outputs
 *   <li>{@link io.mla4j.flashmla.PrefillMetadata}: how a prefill is divided into blocks
 *   <li>{@link io.mla4j.flashmla.PrefillShape}, {@link io.mla4j.flashmla.TokenRows}, {@link
 *       io.mla4j.flashmla.PrefillResult}: what it takes and gives
 *   <li>{@link io.mla4j.flashmla.PrefillTwin}: one block, in Java and in C
 *   <li>{@link io.mla4j.flashmla.SparsePrefill}, {@link io.mla4j.flashmla.SparsePrefillResult}:
 *       many query tokens, each over the tokens its list names, {@code flash_mla_sparse_fwd}
 *   <li>{@link io.mla4j.flashmla.IndexerMetadata}, {@link io.mla4j.flashmla.IndexerShape}, {@link
 *       io.mla4j.flashmla.IndexerQueries}: the lightning indexer, which chooses tokens
 *   <li>{@link io.mla4j.flashmla.IndexerTwin}, {@link io.mla4j.flashmla.TopKTwin}: its scores and
 *       the choice, in Java and in C
 *   <li>{@code NativeKernel}: how the C twins are called
 *   <li>{@link io.mla4j.flashmla.LatentForm}: which of the two forms costs less
 * </ul>
 *
 * <p>Shapes: B sequences, T query tokens, H query heads, G key heads, D key width, V value width, S
 * keys or cached tokens, K tokens chosen by index.
 */
@NullMarked
package io.mla4j.flashmla;

import org.jspecify.annotations.NullMarked;
