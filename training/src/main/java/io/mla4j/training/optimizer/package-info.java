/**
 * How parameters move: {@link io.mla4j.training.optimizer.AdamW} and the learning rate's {@link
 * io.mla4j.training.optimizer.Schedule}.
 */
@NullMarked
package io.mla4j.training.optimizer;

import org.jspecify.annotations.NullMarked;
