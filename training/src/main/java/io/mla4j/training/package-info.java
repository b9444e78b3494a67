/**
 * Training: {@link io.mla4j.training.Trainer} runs steps over the batches of a {@link
 * io.mla4j.training.TrainingRun} as {@link io.mla4j.training.TrainingConfig} says, evaluates, keeps
 * the best model, checkpoints and recovers; {@link io.mla4j.training.TrainingState} is where it
 * stands; {@link io.mla4j.training.TrainingObserver} is told what happens. It knows neither texts
 * nor labels: what is learnt is an {@link io.mla4j.training.objective.Objective}, of which there
 * are {@link io.mla4j.training.classification} and {@link io.mla4j.training.regression}. {@code
 * KeptModel} is the folder that {@code Trainer.fit} leaves, {@code RunIdentity} what tells its runs
 * apart, {@code LoggedProgress} what it says. Optimizers and schedules are in {@link
 * io.mla4j.training.optimizer}.
 */
@NullMarked
package io.mla4j.training;

import org.jspecify.annotations.NullMarked;
