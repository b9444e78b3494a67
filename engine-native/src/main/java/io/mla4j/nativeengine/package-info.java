/**
 * The native engine: inference on the kernels of {@code io.mla4j.kernels}, without libtorch.
 *
 * <p>The map of this package, in reading order:
 *
 * <ol>
 *   <li>{@link io.mla4j.nativeengine.NativeEngineProvider} starts {@code NativeEngine}, which
 *       creates tensors and overrides the fused operations that are faster in one kernel.
 *   <li>{@code NativeTensor}: a {@code Layout} (shape, strides, offset) over a {@code Storage}
 *       (native memory that views share, counted) of the engine's {@code StoragePool}, or of the
 *       caller, as a mapped file.
 *   <li>{@code StridedLoop}: walks several layouts of one shape together in runs. On it stand
 *       {@code Arithmetic}, {@code PlainFunctions}, {@code Comparison}, {@code Reduction}, {@code
 *       Ordering}, {@code Copying}, {@code Indexing} and {@code Scattering}; {@code MatrixProduct}
 *       and {@code Fused} call kernels on whole tensors.
 *   <li>{@code Linear}: layers with weights that do not change. BF16 ones are read where they lie;
 *       where products run in C, a {@code PackedWeight} of a FLOAT32 one stays beside its {@code
 *       Storage} until that is written to or freed. {@code Experts}: routed experts on it.
 *   <li>{@code LatentDecode}: the absorbed form of latent attention on {@code flash-mla}, over a
 *       {@code LatentPool} of cached rows where they lie.
 *   <li>{@code ElementType}: reads and writes single elements of any type, where speed does not
 *       matter.
 * </ol>
 *
 * <p>FLOAT32 is fast. BF16 is fast in linear layers and converted in bulk elsewhere, in {@code
 * HalfBlocks} and around fused operations. FLOAT64 runs in plain loops, so that results can be
 * checked; FLOAT16 is converted to FLOAT32 for each operation; integers add, subtract, multiply and
 * compare.
 */
@NullMarked
package io.mla4j.nativeengine;

import org.jspecify.annotations.NullMarked;
