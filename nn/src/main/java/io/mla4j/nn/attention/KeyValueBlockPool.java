package io.mla4j.nn.attention;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.List;

/** Keys and values of many sequences in blocks (PagedAttention, arXiv 2309.06180). */
public final class KeyValueBlockPool extends BlockPool {

  private final Tensor keys;
  private final Tensor values;

  /**
   * Allocates a pool with blocks of its own.
   *
   * @param heads G
   * @param width D
   * @param valueWidth V
   * @param dtype they are kept in, such as FLOAT32 or BF16, which the native engine reads in place
   * @param blocks of {@value #BLOCK_TOKENS} tokens
   */
  public KeyValueBlockPool(
      Engine engine, int heads, int width, int valueWidth, DType dtype, int blocks) {
    this(engine, heads, width, valueWidth, dtype, new BlockAllocator(blocks));
  }

  /**
   * Allocates a pool for one layer.
   *
   * @param allocator that the pools of all layers share
   */
  public KeyValueBlockPool(
      Engine engine, int heads, int width, int valueWidth, DType dtype, BlockAllocator allocator) {
    super(allocator);
    Sizes.positive("heads", heads);
    Sizes.positive("width", width);
    Sizes.positive("valueWidth", valueWidth);
    if (!dtype.isFloating()) {
      throw new IllegalArgumentException(
          "Keys and values are kept in a floating type, not " + dtype + ".");
    }
    this.keys =
        TensorScope.release(engine.zeros(dtype, allocator.blocks(), BLOCK_TOKENS, heads, width));
    this.values =
        TensorScope.release(
            engine.zeros(dtype, allocator.blocks(), BLOCK_TOKENS, heads, valueWidth));
  }

  /** The type of both. */
  public DType dtype() {
    return keys.dtype();
  }

  /** [blocks, BLOCK_TOKENS, G, D]. */
  Tensor keys() {
    return keys;
  }

  /** [blocks, BLOCK_TOKENS, G, V]. */
  Tensor values() {
    return values;
  }

  @Override
  String contents() {
    return "keys and values";
  }

  @Override
  List<Tensor> memories() {
    return List.of(keys, values);
  }
}
