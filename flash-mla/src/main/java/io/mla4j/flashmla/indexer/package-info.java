/**
 * The lightning indexer of DeepSeek-V3.2: scores of cached tokens for each query, and the choice of
 * the highest.
 */
@NullMarked
package io.mla4j.flashmla.indexer;

import org.jspecify.annotations.NullMarked;
