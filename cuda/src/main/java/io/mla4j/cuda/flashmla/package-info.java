/**
 * Latent-attention decoding on Hopper GPUs, with FlashMLA's interface as in {@code
 * io.mla4j.flashmla} and the same records, whose segments name device memory.
 *
 * <pre>{@code
 * try (CudaDevice device = CudaDevice.open(0);
 *     CudaFlashMla mla = CudaFlashMla.on(device)) {
 *   DeviceMemory cache = device.allocate(blocks * 64L * 576 * 2); // bf16, filled by the prefill
 *   DecodeShape shape = new DecodeShape(batch, 1, 16, 1, 576, 512);
 *   try (CudaMetadata metadata = mla.metadata(shape, cacheLengths)) { // once a step
 *     mla.decode(
 *         metadata,
 *         new Queries(queries.segment(), ElementType.BF16),
 *         new PagedCache(cache.segment(), CacheFormat.BF16, blocks, 64),
 *         new BlockTable(table.segment(), blocksPerSequence),
 *         DecodeOptions.of(scale, true),
 *         new DecodeResult(out.segment(), ElementType.BF16, logSumExp.segment()));
 *     mla.synchronize(metadata);
 *   }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link io.mla4j.cuda.flashmla.CudaFlashMla}: the entry
 *   <li>{@link io.mla4j.cuda.flashmla.CudaMetadata}, {@link io.mla4j.cuda.flashmla.DecodePlan}: how
 *       a step is divided among multiprocessors
 *   <li>{@link io.mla4j.cuda.flashmla.DeviceCheck}: what memory must fulfil
 *   <li>{@link io.mla4j.cuda.flashmla.DecodeArguments}: what the kernel is given
 *   <li>{@link io.mla4j.cuda.flashmla.StagedDecoder}: the same over memory of the host
 * </ul>
 */
@NullMarked
package io.mla4j.cuda.flashmla;

import org.jspecify.annotations.NullMarked;
