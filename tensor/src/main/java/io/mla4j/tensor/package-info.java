/**
 * Tensors, their lifetime, and the engine interface.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.tensor.Tensor}, with its {@link io.mla4j.tensor.Shape} and {@link
 *       io.mla4j.tensor.DType}: primitive operations, each engine's own.
 *   <li>{@link io.mla4j.tensor.TensorScope}: what is created inside a scope is freed with it.
 *   <li>{@link io.mla4j.tensor.Engine}: creates tensors and runs fused operations. Each fused
 *       operation has a default body in primitives, which is its definition, what automatic
 *       differentiation differentiates, and the oracle faster bodies are tested against.
 *   <li>{@link io.mla4j.tensor.FusedOperation}: an operation as a type of its own, to which {@link
 *       io.mla4j.tensor.Differentiable} adds a backward; {@link io.mla4j.tensor.OperationBodies}:
 *       those an engine has bodies for. They are in {@code io.mla4j.tensor.operation}.
 *   <li>{@link io.mla4j.tensor.Autocast}: the types operations take in a precision scope.
 *   <li>{@link io.mla4j.tensor.LatentKeys}: what latent attention attends to, in tensors or, as
 *       {@link io.mla4j.tensor.PagedLatents}, in blocks of a pool in a {@link
 *       io.mla4j.tensor.LatentFormat}. {@link io.mla4j.tensor.PagedKeyValues}: keys and values in
 *       blocks of pools. io.mla4j.tensor.LatentFormat}.
 *   <li>{@link io.mla4j.tensor.ExpertMatrices}: the weights of routed experts; {@link
 *       io.mla4j.tensor.Sampling}: how the next token is chosen from logits.
 *   <li>{@link io.mla4j.tensor.Engines}: the engines found on the class path.
 * </ol>
 *
 * <p>Shape letters in this project: B batch, T query tokens, S key tokens, H query heads, G key and
 * value heads, D head width, N the part of a head without position ("nope"), P the rotary part, V
 * value width, R latent rank (kv_lora_rank), C classes, E model width.
 */
@NullMarked
package io.mla4j.tensor;

import org.jspecify.annotations.NullMarked;
