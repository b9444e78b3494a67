package io.mla4j.cuda.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.CudaException;
import io.mla4j.cuda.CudaKernel;
import io.mla4j.cuda.CudaModule;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.memory.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Latent-attention decoding on a Hopper GPU, over bf16 caches of width 576 with values of 512.
 * Calls come back at once; {@link #synchronize} waits. Any number of threads may call, and what
 * they ask is done one after the other.
 *
 * <p>What is in device memory cannot be checked by a call. An entry of a block table or of indices
 * outside the cache is taken for none, nothing is read there, and {@code synchronize} with the
 * call's metadata throws. A sink that is not a number makes its head's results so.
 */
public final class CudaFlashMla implements AutoCloseable {

  private static final String IMAGE = "latent_decode.cubin";
  private static final String CAPABILITY = "9.0";

  /** {@code struct Shared} of latent_decode.cu. */
  private static final int SHARED_BYTES = 229_696;

  private static final int THREADS = 384;
  private static final int JOIN_THREADS = DeviceCheck.VALUE_WIDTH / 4;
  private static final double LOG2_E = 1 / Math.log(2);

  /** Float32 numbers that a row of a cut unit leaves: its sums, highest score and total. */
  private static final long SLOT_ROW = DeviceCheck.VALUE_WIDTH + 2;

  private final CudaDevice device;
  private final DeviceCheck check;
  private final CudaModule module;
  private final CudaKernel decode;
  private final CudaKernel join;
  private DeviceMemory sums;
  private boolean closed;

  private CudaFlashMla(CudaDevice device, byte[] image) {
    this.device = device;
    this.check = DeviceCheck.of(device);
    this.module = device.load(image);
    this.decode = module.kernel("latent_decode", SHARED_BYTES);
    this.join = module.kernel("latent_join", 0);
    this.sums = device.allocate(0);
  }

  /**
   * A sentence that says why it cannot run on a device, if it cannot.
   *
   * @param index 0 for the first
   */
  public static Optional<String> missing(int index) {
    return CudaDevice.missing()
        .or(() -> image().isPresent() ? Optional.empty() : Optional.of(whyNotBuilt()))
        .or(() -> unsuited(index));
  }

  private static Optional<String> unsuited(int index) {
    try (CudaDevice device = CudaDevice.open(index)) {
      return unsuited(device);
    } catch (CudaException refused) {
      return Optional.of("CUDA device " + index + " does not open: " + refused.getMessage());
    }
  }

  private static Optional<String> unsuited(CudaDevice device) {
    return device.computeCapability().equals(CAPABILITY)
        ? Optional.empty()
        : Optional.of(
            "The CUDA kernels are for Hopper GPUs (compute capability %s), but %s has %s."
                .formatted(CAPABILITY, device.name(), device.computeCapability()));
  }

  /**
   * Runs on a device that stays the caller's to close.
   *
   * @throws CudaException if the kernels were not built, or not for this device
   */
  public static CudaFlashMla on(CudaDevice device) {
    byte[] image = image().orElseThrow(() -> new CudaException(whyNotBuilt()));
    unsuited(device)
        .ifPresent(
            why -> {
              throw new CudaException(why);
            });
    return new CudaFlashMla(device, image);
  }

  private static Optional<byte[]> image() {
    return resource(IMAGE);
  }

  private static String whyNotBuilt() {
    return "The CUDA kernels were left out: "
        + resource("missing.txt")
            .map(why -> new String(why, StandardCharsets.UTF_8).strip())
            .orElse("they were not built.");
  }

  private static Optional<byte[]> resource(String name) {
    try (InputStream stream = CudaFlashMla.class.getResourceAsStream(name)) {
      return stream == null ? Optional.empty() : Optional.of(stream.readAllBytes());
    } catch (IOException failure) {
      throw new UncheckedIOException(name + " could not be read.", failure);
    }
  }

  /**
   * Divides a step over block tables, {@code get_mla_metadata}. Made once, it serves every layer.
   *
   * @param cacheLengths [B]: cached tokens of each sequence, those of the queries among them
   */
  public CudaMetadata metadata(DecodeShape shape, int[] cacheLengths) {
    DeviceCheck.shape(shape);
    return CudaMetadata.of(shape, cacheLengths, device);
  }

  /** Divides a step over lists of {@code topK} tokens a query. */
  public CudaMetadata sparseMetadata(DecodeShape shape, int topK) {
    DeviceCheck.shape(shape);
    return CudaMetadata.sparse(shape, topK, device);
  }

  /**
   * Attends to every cached token, {@code flash_mla_with_kvcache}. What lies behind a sequence's
   * length is never read.
   *
   * @throws IllegalArgumentException if a size or a piece of memory does not fit; nothing is then
   *     written
   */
  public void decode(
      CudaMetadata metadata,
      Queries queries,
      PagedCache cache,
      BlockTable table,
      DecodeOptions options,
      DecodeResult result) {
    DeviceCheck.kind(metadata, false);
    check.common(metadata.shape(), queries, cache, table.memory(), options, result);
    check.table(metadata, cache, table);
    run(metadata, queries, cache, table.memory(), table.blocksPerSequence(), options, result);
  }

  /**
   * Attends to the listed tokens alone, {@code flash_mla_with_kvcache} with {@code indices}.
   *
   * @throws IllegalArgumentException if a size or a piece of memory does not fit; nothing is then
   *     written
   */
  public void sparseDecode(
      CudaMetadata metadata,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      DecodeResult result) {
    DeviceCheck.kind(metadata, true);
    check.common(metadata.shape(), queries, cache, indices.memory(), options, result);
    check.indices(metadata, indices);
    run(metadata, queries, cache, indices.memory(), indices.topK(), options, result);
  }

  private synchronized void run(
      CudaMetadata metadata,
      Queries queries,
      PagedCache cache,
      MemorySegment positions,
      int positionsPerRow,
      DecodeOptions options,
      DecodeResult result) {
    if (closed) {
      throw new IllegalStateException("The kernels have been closed.");
    }
    metadata.requireUsable(device);
    DecodeShape shape = metadata.shape();
    DecodePlan plan = metadata.plan();
    if (plan.parts().isEmpty()) {
      return;
    }
    long slotRows = (long) plan.slots() * metadata.unitRows();
    reserve(slotRows * SLOT_ROW * Float.BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments =
          new DecodeArguments(arena)
              .address(queries.memory().address())
              .address(cache.memory().address())
              .address(positions.address())
              .address(metadata.lengthsAddress())
              .address(options.sinks().map(MemorySegment::address).orElse(0L))
              .address(result.out().address())
              .address(result.logSumExp().address())
              .address(sums.address())
              .address(sums.address() + slotRows * DeviceCheck.VALUE_WIDTH * Float.BYTES)
              .address(metadata.piecesAddress())
              .address(metadata.startsAddress())
              .address(metadata.cutsAddress())
              .address(metadata.wrongPosition().address())
              .number(shape.queryTokens())
              .number(shape.heads())
              .number(shape.keyHeads())
              .number(metadata.unitRows())
              .number(positionsPerRow)
              .number(cache.blocks())
              .number(cache.blockTokens())
              .flag(metadata.isSparse())
              .flag(options.causal())
              .flag(result.type() == ElementType.FLOAT32)
              .number((float) (options.scale() * LOG2_E))
              .divisor(cache.blockTokens())
              .memory();
      decode.launch(metadata.rowBlocks(), plan.parts().size(), THREADS, arguments);
      if (!plan.cuts().isEmpty()) {
        join.launch(metadata.unitRows(), plan.cuts().size(), JOIN_THREADS, arguments);
      }
    }
  }

  private void reserve(long bytes) {
    if (sums.byteSize() < bytes) {
      DeviceMemory larger = device.allocate(bytes);
      sums.close();
      sums = larger;
    }
  }

  /**
   * Waits until all that the device was asked is done.
   *
   * @param metadata of the calls whose results are wanted
   * @throws IllegalArgumentException if one of these calls, since the last time this was asked,
   *     found an entry in its block table or indices that names nothing in the cache
   */
  public void synchronize(CudaMetadata metadata) {
    metadata.requireUsable(device);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(JAVA_LONG);
      metadata.wrongPosition().copyTo(host);
      long entry = host.get(JAVA_LONG, 0);
      if (entry != 0) {
        metadata.wrongPosition().copyFrom(host.fill((byte) 0));
        throw new IllegalArgumentException(
            "Entry %d of the block table or the indices names nothing in the cache."
                .formatted(entry - 1));
      }
    }
  }

  /** Frees what is its own, once the device has done what it was asked before. */
  @Override
  public synchronized void close() {
    closed = true;
    sums.close();
    module.close();
  }
}
