/**
 * Where cached tokens lie: {@link io.mla4j.flashmla.cache.PagedCache} of blocks that a {@link
 * io.mla4j.flashmla.cache.BlockTable} names, in a {@link io.mla4j.flashmla.cache.CacheFormat};
 * which of them are attended to, {@link io.mla4j.flashmla.cache.TokenIndices}.
 */
@NullMarked
package io.mla4j.flashmla.cache;

import org.jspecify.annotations.NullMarked;
