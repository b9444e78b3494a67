/**
 * The engine on libtorch: it trains, and it is the peer the native engine is measured against.
 *
 * <p>{@link io.mla4j.torchengine.TorchEngineProvider} starts it; {@code TorchEngine} creates
 * tensors and overrides the fused operations libtorch has; {@code TorchTensor} holds one handle
 * each, {@code TorchFunctions} its operations. {@code TorchOperations} has the bodies of operations
 * that are records, among them {@code TorchAdamW} and {@code TorchGradientNorm}, which call
 * operators by name ({@code TorchOperator}). {@code TorchNode} is an operation with a backward of
 * its own in libtorch's graph, {@code TorchGraph} what that graph calls back. {@code TorchRandom}
 * and {@code TorchCall} keep what libtorch has once a process for each engine. This is the only
 * package that imports {@code org.bytedeco}.
 */
@NullMarked
package io.mla4j.torchengine;

import org.jspecify.annotations.NullMarked;
