package io.mla4j.kernels.verification;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.product.ActivationFunction;
import io.mla4j.kernels.product.Activations;
import io.mla4j.kernels.product.Epilogue;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.PackedWeights;
import io.mla4j.kernels.product.WeightFormat;
import io.mla4j.kernels.scalar.ErrorFunction;
import io.mla4j.kernels.thread.KernelThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Runs a product with packed weights and compares with float64 loops over the same rounded numbers.
 * A residual is the result's own memory.
 */
public final class PackedProductTrial {

  /** Beside what is relative to the terms. */
  private static final double ABSOLUTE = 1e-6;

  /** How far a number may be from what int8 keeps of it, in steps. */
  private static final double HALF_A_STEP = 0.501;

  private final PackedProductCase point;
  private final Operands operands;
  private final Optional<MemorySegment> bias;
  private final MemorySegment out;
  private final float[] before;

  private PackedProductTrial(PackedProductCase point, Operands operands) {
    this.point = point;
    this.operands = operands;
    long count = (long) point.m() * point.n();
    this.bias = point.bias() ? Optional.of(operands.gaussian(point.n())) : Optional.empty();
    this.out = operands.result(count);
    if (point.residual()) {
      MemorySegment.copy(operands.gaussian(count), 0, out, 0, count * Float.BYTES);
    }
    this.before = out.toArray(ValueLayout.JAVA_FLOAT);
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(
      MatrixProducts products, KernelThreads threads, PackedProductCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      PackedProductTrial trial = new PackedProductTrial(point, new Operands(arena, seed));
      return trial
          .multiply(products, threads)
          .map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private Optional<String> multiply(MatrixProducts products, KernelThreads threads) {
    MemorySegment source = operands.gaussian((long) point.n() * point.k());
    MemorySegment floats = operands.gaussian((long) point.m() * point.k());
    Activations x = activations(products, floats);
    try (PackedWeights weights =
        PackedWeights.pack(
            source, ElementType.FLOAT32, point.n(), point.k(), point.types().format, threads)) {
      products.multiply(x, weights, epilogue(), out);
      double[][] rows = rows(x);
      return quantization(x, floats, rows)
          .or(() -> compare(rows, weights))
          .or(() -> Operands.pastTheEnd(out));
    }
  }

  private Activations activations(MatrixProducts products, MemorySegment floats) {
    long count = (long) point.m() * point.k();
    if (point.types().quantized) {
      MemorySegment scales = operands.bytes((long) point.m() * Float.BYTES);
      Activations.Int8 int8 = Activations.int8(operands.bytes(count), scales, point.m(), point.k());
      products.quantize(floats, int8);
      return int8;
    }
    return switch (point.types().element) {
      case FLOAT32 -> Activations.float32(floats, point.m(), point.k());
      case BF16 -> Activations.bf16(rounded(floats, count), point.m(), point.k());
    };
  }

  private MemorySegment rounded(MemorySegment floats, long count) {
    MemorySegment bf16 = operands.bytes(count * Bf16.BYTES);
    for (long i = 0; i < count; i++) {
      bf16.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.of(Floats.get(floats, i)));
    }
    return bf16;
  }

  private Epilogue epilogue() {
    Optional<MemorySegment> residual = point.residual() ? Optional.of(out) : Optional.empty();
    return new Epilogue(bias, point.function(), residual);
  }

  /** The activations as the product should see them: bf16 beside weights that are not float32. */
  private double[][] rows(Activations x) {
    double[][] rows = new double[point.m()][point.k()];
    for (int m = 0; m < rows.length; m++) {
      for (int k = 0; k < rows[m].length; k++) {
        rows[m][k] = element(x, m, (long) m * point.k() + k);
      }
    }
    return rows;
  }

  private double element(Activations x, int row, long index) {
    return switch (x) {
      case Activations.Int8 int8 ->
          (double) int8.memory().get(ValueLayout.JAVA_BYTE, index) * Floats.get(int8.scales(), row);
      case Activations.Floating floating -> {
        float value = floating.type().get(floating.memory(), index);
        yield point.types().format == WeightFormat.FLOAT32 ? value : Bf16.round(value);
      }
    };
  }

  /** Whether int8 activations are what they were rounded from, within half a step. */
  private Optional<String> quantization(Activations x, MemorySegment floats, double[][] rows) {
    if (!(x instanceof Activations.Int8 int8)) {
      return Optional.empty();
    }
    for (int m = 0; m < rows.length; m++) {
      double allowed = HALF_A_STEP * Floats.get(int8.scales(), m);
      for (int k = 0; k < rows[m].length; k++) {
        float should = Floats.get(floats, (long) m * point.k() + k);
        Optional<String> wrong = Difference.of(rows[m][k], should, allowed, m, k);
        if (wrong.isPresent()) {
          return wrong.map(words -> "in int8, " + words);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> compare(double[][] rows, PackedWeights weights) {
    double[] channel = new double[point.k()];
    for (int n = 0; n < point.n(); n++) {
      for (int k = 0; k < channel.length; k++) {
        channel[k] = weights.get(n, k);
      }
      for (int m = 0; m < rows.length; m++) {
        Optional<String> wrong = compare(rows[m], channel, m, n);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> compare(double[] row, double[] channel, int m, int n) {
    double sum = bias.isPresent() ? Floats.get(bias.get(), n) : 0;
    double magnitude = Math.abs(sum);
    for (int k = 0; k < row.length; k++) {
      double term = row[k] * channel[k];
      sum += term;
      magnitude += Math.abs(term);
    }
    int at = m * point.n() + n;
    double should = apply(point.function(), sum) + (point.residual() ? before[at] : 0);
    double terms = steepest(point.function()) * magnitude;
    double allowed = point.types().tolerance * (Math.abs(should) + terms) + ABSOLUTE;
    return Difference.of(Floats.get(out, at), should, allowed, m, n);
  }

  /** How much a function may enlarge what its argument is off by. */
  private static double steepest(ActivationFunction function) {
    return switch (function) {
      case NONE -> 1;
      case GELU -> 1.129;
      case SILU -> 1.1;
    };
  }

  private static double apply(ActivationFunction function, double x) {
    return switch (function) {
      case NONE -> x;
      case GELU -> x * 0.5 * (1 + ErrorFunction.erf(x / Math.sqrt(2)));
      case SILU -> x / (1 + Math.exp(-x));
    };
  }
}
