/**
 * NVIDIA GPUs through the CUDA driver library, which comes with the GPU's driver: no other part of
 * CUDA is needed to run.
 *
 * <ul>
 *   <li>{@link io.mla4j.cuda.CudaDevice}: a GPU and its queue of work
 *   <li>{@link io.mla4j.cuda.DeviceMemory}: its memory
 *   <li>{@link io.mla4j.cuda.CudaModule}, {@link io.mla4j.cuda.CudaKernel}: what runs on it
 *   <li>{@link io.mla4j.cuda.CudaTimer}: how long that takes
 *   <li>{@link io.mla4j.cuda.Cublas}: NVIDIA's products, to compare with
 *   <li>{@link io.mla4j.cuda.Driver}: the library's functions
 * </ul>
 */
@NullMarked
package io.mla4j.cuda;

import org.jspecify.annotations.NullMarked;
