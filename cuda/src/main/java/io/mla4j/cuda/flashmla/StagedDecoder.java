package io.mla4j.cuda.flashmla;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.verification.Decoder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes over memory of the host, by copying all of it: for checks. */
public record StagedDecoder(CudaDevice device, CudaFlashMla mla) implements Decoder {

  @Override
  public void decode(
      DecodeShape shape,
      int[] cacheLengths,
      Queries queries,
      PagedCache cache,
      BlockTable table,
      DecodeOptions options,
      DecodeResult result) {
    try (Stage stage = new Stage(device);
        CudaMetadata metadata = mla.metadata(shape, cacheLengths)) {
      mla.decode(
          metadata,
          stage.queries(queries),
          stage.cache(cache),
          new BlockTable(stage.copy(table.memory()), table.blocksPerSequence()),
          stage.options(options),
          stage.result(result));
      mla.synchronize(metadata);
      stage.copyBack(result);
    }
  }

  @Override
  public void sparseDecode(
      DecodeShape shape,
      Queries queries,
      PagedCache cache,
      TokenIndices indices,
      DecodeOptions options,
      DecodeResult result) {
    try (Stage stage = new Stage(device);
        CudaMetadata metadata = mla.sparseMetadata(shape, indices.topK())) {
      mla.sparseDecode(
          metadata,
          stage.queries(queries),
          stage.cache(cache),
          new TokenIndices(stage.copy(indices.memory()), indices.topK()),
          stage.options(options),
          stage.result(result));
      mla.synchronize(metadata);
      stage.copyBack(result);
    }
  }

  /** What is on the device during a call. */
  private static final class Stage implements AutoCloseable {

    private final CudaDevice device;
    private final List<DeviceMemory> memories = new ArrayList<>();

    Stage(CudaDevice device) {
      this.device = device;
    }

    MemorySegment copy(MemorySegment host) {
      memories.add(device.copyOf(host));
      return memories.getLast().segment();
    }

    Queries queries(Queries host) {
      return new Queries(copy(host.memory()), host.type());
    }

    PagedCache cache(PagedCache host) {
      return new PagedCache(copy(host.memory()), host.format(), host.blocks(), host.blockTokens());
    }

    DecodeOptions options(DecodeOptions host) {
      Optional<MemorySegment> sinks = host.sinks().map(this::copy);
      return new DecodeOptions(host.scale(), host.causal(), sinks);
    }

    /** Copied last: {@link #copyBack} finds it there. */
    DecodeResult result(DecodeResult host) {
      return new DecodeResult(copy(host.out()), host.type(), copy(host.logSumExp()));
    }

    void copyBack(DecodeResult host) {
      memories.get(memories.size() - 2).copyTo(host.out());
      memories.getLast().copyTo(host.logSumExp());
    }

    @Override
    public void close() {
      memories.forEach(DeviceMemory::close);
    }
  }
}
