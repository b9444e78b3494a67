package io.mla4j.kernels.product;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Writes {@code struct product_job} of {@code product.h} to the start of working memory. */
final class NativeJob {

  /** The place of the struct, before the memory that C works in. */
  static final long BYTES = 128;

  private static final int INT8_ELEMENT = 2; // INT8 of `enum format`

  private NativeJob() {}

  static void write(Product product, Block block, MemorySegment work) {
    PanelLayout layout = product.weights().layout();
    put(
        work,
        format(layout.format()),
        element(product.x()),
        layout.channels(),
        layout.depth(),
        block.rowFrom(),
        block.rowTo(),
        block.panelFrom(),
        block.panelTo(),
        product.plan().pass(),
        function(product.epilogue().function()),
        layout.channelScales(),
        layout.channelSums(),
        work.address() + BYTES);
  }

  private static void put(MemorySegment work, long... fields) {
    MemorySegment.copy(fields, 0, work, ValueLayout.JAVA_LONG, 0, fields.length);
  }

  static int format(WeightFormat format) {
    return switch (format) {
      case FLOAT32 -> 0;
      case BF16 -> 1;
      case INT8 -> 2;
      case INT4 -> 3;
      case BF16_ROWS -> 4;
    };
  }

  static int element(Activations x) {
    return switch (x) {
      case Activations.Int8 int8 -> INT8_ELEMENT;
      case Activations.Floating floating ->
          switch (floating.type()) {
            case FLOAT32 -> 0;
            case BF16 -> 1;
          };
    };
  }

  private static int function(ActivationFunction function) {
    return switch (function) {
      case NONE -> 0;
      case GELU -> 1;
      case SILU -> 2;
    };
  }
}
