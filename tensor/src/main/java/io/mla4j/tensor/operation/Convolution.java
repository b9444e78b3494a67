package io.mla4j.tensor.operation;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Cross-correlation over one or two dimensions, as PyTorch's {@code conv1d} and {@code conv2d}:
 * each output channel is the sum, over the input channels of its group and the window, of input
 * times weight; padding is zeros.
 *
 * @param input [B, I, L] or [B, I, H, W]
 * @param weight [O, I / groups, window sizes...]
 * @param bias [O]
 * @param windows one a dimension, of the weight's sizes
 * @param groups how many parts the channels are split into; divides I and O
 */
public record Convolution(
    Tensor input, Tensor weight, Optional<Tensor> bias, List<Window> windows, long groups)
    implements FusedOperation<Tensor> {

  public Convolution {
    windows = List.copyOf(windows);
    Window.require(input, windows);
    long channels = input.shape().dim(1);
    Shape kernel = weight.shape();
    boolean fits = groups >= 1 && kernel.rank() == windows.size() + 2;
    fits = fits && kernel.dim(1) * groups == channels && kernel.dim(0) % groups == 0;
    for (int i = 0; fits && i < windows.size(); i++) {
      fits = kernel.dim(i + 2) == windows.get(i).size();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "A convolution of %s in %d groups by %s does not take a weight %s."
              .formatted(input.shape(), groups, windows, kernel));
    }
  }

  /** One group, the same stride and padding in each dimension. */
  public static Convolution of(
      Tensor input, Tensor weight, Optional<Tensor> bias, long stride, long padding) {
    List<Window> windows =
        IntStream.range(2, weight.shape().rank())
            .mapToObj(i -> new Window(weight.shape().dim(i), stride, padding, 1))
            .toList();
    return new Convolution(input, weight, bias, windows, 1);
  }

  /** One product of the weights with what lies under the windows. */
  @Override
  public Tensor definition(Engine engine) {
    long batch = input.shape().dim(0);
    long outputs = weight.shape().dim(0);
    List<Tensor> covered = Window.covered(engine, input, windows, 0);
    long inner = input.shape().dim(1) / groups * covered.size();
    long[] shape = Window.result(input, outputs, windows);
    long positions = Shape.of(shape).size() / Math.max(1, batch * outputs);
    Tensor columns =
        engine.stack(covered, 2).reshape(batch, groups, inner, positions); // [B, G, I/G K, P]
    Tensor kernel = weight.reshape(1, groups, outputs / groups, inner);
    Tensor result = kernel.matmul(columns).reshape(shape);
    long[] column = new long[shape.length];
    Arrays.fill(column, 1);
    column[1] = outputs;
    return bias.isPresent() ? result.add(bias.get().reshape(column)) : result;
  }
}
