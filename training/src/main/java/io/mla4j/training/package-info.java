/**
 * Training: {@link io.mla4j.training.Trainer} runs steps over batches as {@link
 * io.mla4j.training.TrainingConfig} says, evaluates, keeps the best model, checkpoints and
 * recovers; {@link io.mla4j.training.TrainingState} is where it stands; {@link
 * io.mla4j.training.TrainingObserver} is told what happens. {@code KeptModel} is the folder that
 * {@code Trainer.fit} leaves, {@code RunIdentity} what tells its runs apart, {@code LoggedProgress}
 * what it says. Optimizers and schedules are in {@link io.mla4j.training.optimizer}, figures in
 * {@link io.mla4j.training.evaluation}.
 */
@NullMarked
package io.mla4j.training;

import org.jspecify.annotations.NullMarked;
