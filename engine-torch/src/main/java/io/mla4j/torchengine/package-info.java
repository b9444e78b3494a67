/**
 * The engine on libtorch: it trains, and it is the peer the native engine is measured against.
 *
 * <p>{@link io.mla4j.torchengine.TorchEngineProvider} starts it; {@code TorchEngine} creates
 * tensors and overrides the fused operations libtorch has; {@code TorchTensor} holds one handle
 * each. This is the only package that imports {@code org.bytedeco}.
 */
@NullMarked
package io.mla4j.torchengine;

import org.jspecify.annotations.NullMarked;
