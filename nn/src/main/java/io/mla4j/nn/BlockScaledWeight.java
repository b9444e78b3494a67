package io.mla4j.nn;

import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.Map;
import java.util.Optional;

/**
 * FP8 numbers (E4M3) with a scale for each block of rows and columns, as DeepSeek-V3 publishes its
 * weights (arXiv 2412.19437, section 3.3): half the memory of bf16. Each product decodes them to
 * the type of the activations; they are not trained.
 */
public final class BlockScaledWeight implements Weight {

  /** The name of the numbers. */
  public static final String NUMBERS = "weight";

  /** The name of the scales, which the numbers are multiplied by despite it. */
  public static final String SCALES = "weight_scale_inv";

  private final Parameter codes;
  private final Parameter scales;
  private final int blockRows;
  private final int blockColumns;

  /**
   * A weight.
   *
   * @param codes [out, in] INT8, the bits of E4M3
   * @param scales [⌈out / blockRows⌉, ⌈in / blockColumns⌉] FLOAT32
   */
  public BlockScaledWeight(Tensor codes, Tensor scales, int blockRows, int blockColumns) {
    Shape shape = codes.shape();
    boolean matrix = shape.rank() == 2 && codes.dtype() == DType.INT8;
    if (!matrix || scales.dtype() != DType.FLOAT32 || blockRows < 1 || blockColumns < 1) {
      throw new IllegalArgumentException(
          "A block-scaled weight has INT8 codes [out, in] and FLOAT32 scales, not %s %s and %s."
              .formatted(codes.dtype(), shape, scales.dtype()));
    }
    Shape blocks =
        Shape.of(
            Math.ceilDiv(shape.dim(0), (long) blockRows),
            Math.ceilDiv(shape.dim(1), (long) blockColumns));
    if (!scales.shape().equals(blocks)) {
      throw new IllegalArgumentException(
          "A weight %s in blocks of %d by %d has scales %s, not %s."
              .formatted(shape, blockRows, blockColumns, blocks, scales.shape()));
    }
    this.codes = Parameter.buffer(codes);
    this.scales = Parameter.buffer(scales);
    this.blockRows = blockRows;
    this.blockColumns = blockColumns;
  }

  @Override
  public Shape shape() {
    return codes.shape();
  }

  @Override
  public Tensor multiply(Tensor x, Optional<Tensor> bias) {
    return TensorScope.call(() -> x.engine().linear(x, dense(x.dtype()), bias));
  }

  @Override
  public Weight rows(long first, long count) {
    if (first % blockRows != 0) {
      throw new IllegalArgumentException(
          "Rows of a block-scaled weight start with a block of %d, not at %d."
              .formatted(blockRows, first));
    }
    Tensor some = codes.value().narrow(0, first, count);
    Tensor its = scales.value().narrow(0, first / blockRows, Math.ceilDiv(count, (long) blockRows));
    return new BlockScaledWeight(some, its, blockRows, blockColumns);
  }

  @Override
  public Tensor dense(DType type) {
    return TensorScope.call(
        () -> {
          Engine engine = codes.value().engine();
          Tensor table = engine.ofFloats(E4m3.values(), 256);
          Tensor index = codes.value().cast(DType.INT64).reshape(-1).add(128);
          Tensor numbers = table.indexSelect(0, index).reshape(shape().toArray());
          return numbers.mul(spread(engine)).cast(type);
        });
  }

  /** [out, in]: the scale of each number. */
  private Tensor spread(Engine engine) {
    Tensor ofRows = scales.value().indexSelect(0, blocks(engine, shape().dim(0), blockRows));
    return ofRows.indexSelect(1, blocks(engine, shape().dim(1), blockColumns));
  }

  private static Tensor blocks(Engine engine, long count, int block) {
    long[] of = new long[Math.toIntExact(count)];
    for (int i = 0; i < of.length; i++) {
      of[i] = i / block;
    }
    return engine.ofLongs(of, count);
  }

  @Override
  public Map<String, Parameter> parameters() {
    return Map.of(NUMBERS, codes, SCALES, scales);
  }
}
