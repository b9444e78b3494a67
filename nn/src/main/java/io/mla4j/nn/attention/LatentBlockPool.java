package io.mla4j.nn.attention;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;

/** Latents of many sequences in blocks (PagedAttention, arXiv 2309.06180). */
public final class LatentBlockPool extends BlockPool {

  private final LatentFormat format;
  private final int rank;
  private final int rotaryDim;
  private final Tensor memory;

  /**
   * Allocates a pool with blocks of its own.
   *
   * @param config whose latents it holds
   * @param format how they are kept
   * @param blocks of {@value #BLOCK_TOKENS} tokens
   */
  public LatentBlockPool(Engine engine, MlaConfig config, LatentFormat format, int blocks) {
    this(engine, config, format, new BlockAllocator(blocks));
  }

  /**
   * Allocates a pool for one layer.
   *
   * @param allocator that the pools of all layers share
   */
  public LatentBlockPool(
      Engine engine, MlaConfig config, LatentFormat format, BlockAllocator allocator) {
    super(allocator);
    this.format = format;
    this.rank = config.kvLoraRank();
    this.rotaryDim = config.ropeDim();
    long elements = format.rowElements(rank, rotaryDim);
    this.memory =
        TensorScope.release(
            engine.zeros(format.dtype(), allocator.blocks(), BLOCK_TOKENS, elements));
  }

  public LatentFormat format() {
    return format;
  }

  /** R. */
  public int rank() {
    return rank;
  }

  /** P. */
  public int rotaryDim() {
    return rotaryDim;
  }

  /** [blocks, BLOCK_TOKENS, elements of a row]. */
  Tensor memory() {
    return memory;
  }

  @Override
  String contents() {
    return "latents";
  }

  @Override
  List<Tensor> memories() {
    return List.of(memory);
  }
}
