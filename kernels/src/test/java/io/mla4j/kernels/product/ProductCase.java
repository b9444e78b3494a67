package io.mla4j.kernels.product;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.Bf16;
import io.mla4j.kernels.ElementType;
import io.mla4j.kernels.ErrorFunction;
import io.mla4j.kernels.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.Random;

/** One product with random numbers, and what a float64 loop makes of the same rounded numbers. */
final class ProductCase {

  /** A pairing of types that is tested. */
  enum Types {
    FLOAT32(WeightFormat.FLOAT32, ElementType.FLOAT32, false, 4e-7),
    FLOAT32_FROM_BF16(WeightFormat.FLOAT32, ElementType.BF16, false, 4e-7),
    BF16_FROM_FLOAT32(WeightFormat.BF16, ElementType.FLOAT32, false, 1e-6),
    BF16(WeightFormat.BF16, ElementType.BF16, false, 1e-6),
    INT8(WeightFormat.INT8, ElementType.FLOAT32, true, 4e-7),
    INT8_WEIGHTS(WeightFormat.INT8, ElementType.FLOAT32, false, 1e-6),
    INT8_WEIGHTS_FROM_BF16(WeightFormat.INT8, ElementType.BF16, false, 1e-6),
    // More than four rows see the scaled weights as bf16, which keeps 8 bits.
    INT4(WeightFormat.INT4, ElementType.FLOAT32, false, 1.0 / 256),
    INT4_FROM_BF16(WeightFormat.INT4, ElementType.BF16, false, 1.0 / 256);

    final WeightFormat format;
    final ElementType element;
    final boolean quantized;
    final double tolerance;

    Types(WeightFormat format, ElementType element, boolean quantized, double tolerance) {
      this.format = format;
      this.element = element;
      this.quantized = quantized;
      this.tolerance = tolerance;
    }
  }

  private static final float SENTINEL = 42;

  private final Random random;
  private final Types types;
  private final int rows;
  private final int channels;
  private final int depth;

  ProductCase(Types types, int rows, int channels, int depth) {
    this.random = new Random(rows * 31L + channels * 7L + depth);
    this.types = types;
    this.rows = rows;
    this.channels = channels;
    this.depth = depth;
  }

  /** Runs the product with one of twelve epilogues and compares every element. */
  void check(MatrixProducts products, KernelThreads threads, int variant) {
    MemorySegment source = gaussian((long) channels * depth);
    Activations x = activations(products);
    MemorySegment out = memory(((long) rows * channels + 1) * Float.BYTES);
    Segments.setFloat32(out, (long) rows * channels, SENTINEL);
    Epilogue epilogue = epilogue(variant, out);
    try (PackedWeights weights =
        PackedWeights.pack(source, ElementType.FLOAT32, channels, depth, types.format, threads)) {
      float[] residual = floats(out);
      products.multiply(x, weights, epilogue, out);
      compare(x, weights, epilogue, residual, out);
    }
  }

  private Activations activations(MatrixProducts products) {
    MemorySegment memory = gaussian((long) rows * depth);
    if (types.quantized) {
      Activations.Int8 int8 =
          Activations.int8(
              memory((long) rows * depth), memory((long) rows * Float.BYTES), rows, depth);
      products.quantize(memory, int8);
      return int8;
    }
    return types.element == ElementType.FLOAT32
        ? Activations.float32(memory, rows, depth)
        : Activations.bf16(rounded(memory), rows, depth);
  }

  private MemorySegment rounded(MemorySegment memory) {
    MemorySegment bf16 = memory((long) rows * depth * Short.BYTES);
    for (long i = 0; i < (long) rows * depth; i++) {
      short bits = Bf16.of(Segments.float32(memory, i));
      bf16.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
    }
    return bf16;
  }

  /** In half of the variants the residual is the result's own memory. */
  private Epilogue epilogue(int variant, MemorySegment out) {
    ActivationFunction[] functions = ActivationFunction.values();
    Epilogue epilogue = Epilogue.NONE.withFunction(functions[variant % functions.length]);
    epilogue = variant / 3 % 2 == 0 ? epilogue : epilogue.withBias(gaussian(channels));
    if (variant / 6 % 2 == 0) {
      return epilogue;
    }
    MemorySegment.copy(gaussian((long) rows * channels), 0, out, 0, 4L * rows * channels);
    return epilogue.withResidual(out);
  }

  private void compare(
      Activations x,
      PackedWeights weights,
      Epilogue epilogue,
      float[] residual,
      MemorySegment out) {
    double[][] w = weights(weights);
    double[] row = new double[depth];
    for (int m = 0; m < rows; m++) {
      read(x, m, row);
      for (int n = 0; n < channels; n++) {
        Expected expected = product(row, w[n], bias(epilogue, n));
        double value = apply(epilogue.function(), expected.value());
        int at = m * channels + n;
        value += epilogue.residual().isPresent() ? residual[at] : 0;
        double tolerance = types.tolerance * (Math.abs(value) + expected.magnitude()) + 1e-6;
        assertEquals(value, Segments.float32(out, at), tolerance, () -> description(epilogue));
      }
    }
    assertEquals(SENTINEL, Segments.float32(out, (long) rows * channels), "written past the end");
  }

  private String description(Epilogue epilogue) {
    return types + " " + rows + " x " + channels + " x " + depth + " " + epilogue;
  }

  private record Expected(double value, double magnitude) {}

  private static Expected product(double[] row, double[] weights, double bias) {
    double sum = bias;
    double magnitude = Math.abs(bias);
    for (int k = 0; k < row.length; k++) {
      double term = row[k] * weights[k];
      sum += term;
      magnitude += Math.abs(term);
    }
    return new Expected(sum, magnitude);
  }

  private static double bias(Epilogue epilogue, int channel) {
    Optional<MemorySegment> bias = epilogue.bias();
    return bias.isPresent() ? Segments.float32(bias.get(), channel) : 0;
  }

  private static double apply(ActivationFunction function, double x) {
    return switch (function) {
      case NONE -> x;
      case GELU -> x * 0.5 * (1 + ErrorFunction.erf(x / Math.sqrt(2)));
      case SILU -> x / (1 + Math.exp(-x));
    };
  }

  private static double[][] weights(PackedWeights weights) {
    WeightPacker reader = new WeightPacker(weights.layout(), weights.memory());
    double[][] values = new double[(int) weights.channels()][(int) weights.depth()];
    for (int n = 0; n < values.length; n++) {
      for (int k = 0; k < values[n].length; k++) {
        values[n][k] = (double) reader.stored(n, k) * reader.channelScale(n);
      }
    }
    return values;
  }

  private void read(Activations x, int row, double[] to) {
    for (int k = 0; k < depth; k++) {
      long at = (long) row * depth + k;
      to[k] =
          switch (x) {
            case Activations.Int8 int8 ->
                (double) int8.memory().get(ValueLayout.JAVA_BYTE, at)
                    * Segments.float32(int8.scales(), row);
            case Activations.Floating floating -> {
              float value = Segments.element(floating.memory(), floating.type(), at);
              yield types.format == WeightFormat.FLOAT32 ? value : Bf16.round(value);
            }
          };
    }
  }

  private MemorySegment gaussian(long count) {
    MemorySegment memory = memory(count * Float.BYTES);
    for (long i = 0; i < count; i++) {
      Segments.setFloat32(memory, i, (float) random.nextGaussian());
    }
    return memory;
  }

  private float[] floats(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_FLOAT);
  }

  static MemorySegment memory(long bytes) {
    return Arena.ofAuto().allocate(bytes, 4);
  }
}
