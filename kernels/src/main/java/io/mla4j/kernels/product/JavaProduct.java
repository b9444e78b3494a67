package io.mla4j.kernels.product;

import io.mla4j.kernels.ErrorFunction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The plain twin: loops over elements, which also say what the C twin computes. */
final class JavaProduct implements ProductBody {

  private static final int INT8_HIGHEST = 127;

  private static final long PASS = 1024;

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public long pass(Activations x, WeightFormat format) {
    return PASS;
  }

  @Override
  public long workBytes(Product product) {
    return 0;
  }

  @Override
  public void run(Product product, Block block, MemorySegment work) {
    float[][] rows = new float[(int) block.rows()][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = row(product, block.rowFrom() + r);
    }
    PackedWeights weights = product.weights();
    WeightPacker reader = new WeightPacker(weights.layout(), weights.memory());
    float[] channelWeights = new float[(int) weights.depth()];
    long end = Math.min(weights.channels(), block.panelTo() * PanelLayout.PANEL);
    for (long channel = block.panelFrom() * PanelLayout.PANEL; channel < end; channel++) {
      for (int k = 0; k < channelWeights.length; k++) {
        channelWeights[k] = reader.stored(channel, k);
      }
      float scale = reader.channelScale(channel);
      for (int r = 0; r < rows.length; r++) {
        finish(
            product, block.rowFrom() + r, channel, sum(product, rows[r], channelWeights) * scale);
      }
    }
  }

  /** A row as the product sees it: rounded to bf16, but for float32 weights; int8 unscaled. */
  private static float[] row(Product product, long row) {
    Activations x = product.x();
    float[] values = new float[(int) x.depth()];
    for (int k = 0; k < values.length; k++) {
      long at = row * x.depth() + k;
      values[k] =
          switch (x) {
            case Activations.Int8 int8 -> int8.memory().get(ValueLayout.JAVA_BYTE, at);
            case Activations.Floating floating -> floating(product, floating, at);
          };
    }
    return values;
  }

  private static float floating(Product product, Activations.Floating x, long at) {
    float value = Segments.element(x.memory(), x.type(), at);
    return product.weights().format() == WeightFormat.FLOAT32 ? value : Bfloat16.round(value);
  }

  private static float sum(Product product, float[] row, float[] weights) {
    return product.x() instanceof Activations.Int8 ? intSum(row, weights) : sum(row, weights);
  }

  private static float sum(float[] row, float[] weights) {
    float sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum = Math.fma(row[k], weights[k], sum);
    }
    return sum;
  }

  private static int intSum(float[] row, float[] weights) {
    int sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum += (int) row[k] * (int) weights[k];
    }
    return sum;
  }

  private static void finish(Product product, long row, long channel, float unscaled) {
    Epilogue epilogue = product.epilogue();
    long at = row * product.weights().channels() + channel;
    float scale = product.x() instanceof Activations.Int8 x ? Segments.float32(x.scales(), row) : 1;
    float bias = epilogue.bias().map(memory -> Segments.float32(memory, channel)).orElse(0f);
    float residual = epilogue.residual().map(memory -> Segments.float32(memory, at)).orElse(0f);
    float value = apply(epilogue.function(), unscaled * scale + bias);
    Segments.setFloat32(product.out(), at, value + residual);
  }

  private static float apply(ActivationFunction function, float x) {
    return switch (function) {
      case NONE -> x;
      case GELU -> (float) (x * 0.5 * (1 + ErrorFunction.erf(x / Math.sqrt(2))));
      case SILU -> (float) (x / (1 + Math.exp(-x)));
    };
  }

  @Override
  public void quantize(MemorySegment x, Activations.Int8 to, long rowFrom, long rowTo) {
    for (long row = rowFrom; row < rowTo; row++) {
      long start = row * to.depth();
      float highest = 0;
      for (long k = 0; k < to.depth(); k++) {
        highest = Math.max(highest, Math.abs(Segments.float32(x, start + k)));
      }
      float scale = highest / INT8_HIGHEST;
      float divisor = scale > 0 ? scale : 1;
      for (long k = 0; k < to.depth(); k++) {
        double whole = Math.rint(Segments.float32(x, start + k) / divisor);
        byte value = (byte) Math.clamp(whole, -INT8_HIGHEST, INT8_HIGHEST);
        to.memory().set(ValueLayout.JAVA_BYTE, start + k, value);
      }
      Segments.setFloat32(to.scales(), row, scale);
    }
  }
}
