package io.mla4j.tensor.operation;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.FusedOperation;
import io.mla4j.tensor.Tensor;
import java.util.List;

/**
 * The largest element or the average under a window that moves over one or two dimensions. Padding
 * is never the largest and is not counted in an average (PyTorch's {@code
 * count_include_pad=False}); it is at most half the window's size.
 *
 * @param input [B, C, L] or [B, C, H, W]
 * @param windows one a dimension; averages take no dilation
 */
public record Pooling(Tensor input, List<Window> windows, Kind kind)
    implements FusedOperation<Tensor> {

  /** What is taken of the elements under a window. */
  public enum Kind {
    MAX,
    AVERAGE
  }

  public Pooling {
    windows = List.copyOf(windows);
    Window.require(input, windows);
    for (Window window : windows) {
      if (2 * window.padding() > window.size()) {
        throw new IllegalArgumentException(
            "Padding is at most half the size of a pooling window, not %d of %d."
                .formatted(window.padding(), window.size()));
      }
      if (kind == Kind.AVERAGE && window.dilation() != 1) {
        throw new IllegalArgumentException("Average pooling takes no dilation.");
      }
    }
  }

  @Override
  public Tensor definition(Engine engine) {
    if (kind == Kind.MAX) {
      return Window.covered(engine, input, windows, Double.NEGATIVE_INFINITY).stream()
          .reduce(Tensor::maximum)
          .orElseThrow();
    }
    long[] one = input.shape().with(0, 1).with(1, 1).toArray();
    Tensor counts = sum(engine, engine.full(input.dtype(), 1, one));
    return sum(engine, input).div(counts);
  }

  private Tensor sum(Engine engine, Tensor x) {
    return Window.covered(engine, x, windows, 0).stream().reduce(Tensor::add).orElseThrow();
  }
}
