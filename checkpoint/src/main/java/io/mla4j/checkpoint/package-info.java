/**
 * Tensors on disk, in the file formats other programs read and write.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.checkpoint.Safetensors}: named tensors in one {@link
 *       io.mla4j.checkpoint.SafetensorsFile} or in several ({@link
 *       io.mla4j.checkpoint.ShardedSafetensors}), mapped into memory. {@code HeaderParser} and
 *       {@code DataLayout} validate a file before it opens.
 *   <li>{@link io.mla4j.checkpoint.FileType}: what elements a file can hold, which is more than
 *       engines compute in; {@code Conversion} and {@code TinyFloat} make one of the other, and
 *       {@link io.mla4j.checkpoint.BlockScaled} matrices that come with scales.
 *   <li>{@link io.mla4j.checkpoint.SafetensorsWriter} writes them, from {@link
 *       io.mla4j.checkpoint.TensorSource}s.
 *   <li>{@link io.mla4j.checkpoint.ModelFolder}: weights, {@code config.json} with its {@link
 *       io.mla4j.checkpoint.Provenance}, and {@code tokenizer.json}, as on the Hugging Face hub. A
 *       model that is {@link io.mla4j.checkpoint.Described} says what the configuration holds;
 *       {@link io.mla4j.checkpoint.BuildVersion} which mla4j wrote it.
 *   <li>{@link io.mla4j.checkpoint.TrainingCheckpoint}: what a run needs to go on after it stopped.
 * </ol>
 */
@NullMarked
package io.mla4j.checkpoint;

import org.jspecify.annotations.NullMarked;
