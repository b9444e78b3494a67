/**
 * A number for a pair of texts, such as how alike they are: {@link
 * io.mla4j.models.pair.PairRegressorConfig} says how the model is built, {@link
 * io.mla4j.models.pair.PairRegressor} is it, {@link io.mla4j.models.pair.RegressorFolder} keeps it
 * with its tokenizer on disk, {@link io.mla4j.models.pair.PairPipeline} takes two texts to a
 * number.
 */
@NullMarked
package io.mla4j.models.pair;

import org.jspecify.annotations.NullMarked;
