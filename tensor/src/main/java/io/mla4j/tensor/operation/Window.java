package io.mla4j.tensor.operation;

import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A window that moves along one dimension.
 *
 * @param size elements it covers
 * @param stride how far it moves at a time
 * @param padding elements added at either end of the dimension
 * @param dilation distance between the elements it covers
 */
public record Window(long size, long stride, long padding, long dilation) {

  public Window {
    if (size < 1 || stride < 1 || padding < 0 || dilation < 1) {
      throw new IllegalArgumentException(
          "A window needs a size, stride and dilation of 1 or more and a padding of 0 or more, not"
              + " %d, %d, %d and %d.".formatted(size, stride, dilation, padding));
    }
  }

  /** One that moves by one, without padding. */
  public static Window of(long size) {
    return new Window(size, 1, 0, 1);
  }

  public Window withStride(long positions) {
    return new Window(size, positions, padding, dilation);
  }

  public Window withPadding(long elements) {
    return new Window(size, stride, elements, dilation);
  }

  public Window withDilation(long distance) {
    return new Window(size, stride, padding, distance);
  }

  /** How many positions it takes along a dimension of this extent. */
  public long positions(long extent) {
    long covered = dilation * (size - 1) + 1;
    long free = extent + 2 * padding - covered;
    if (free < 0) {
      throw new IllegalArgumentException(
          "A window over %d elements does not fit into %d with %d more at either end."
              .formatted(covered, extent, padding));
    }
    return free / stride + 1;
  }

  /**
   * The elements under the windows: for each place within them, outermost dimension first, those at
   * all positions.
   *
   * @param x [B, C, ...] with as many further dimensions as windows
   * @param padding the number put where {@code x} has none
   * @return as many as places within the windows, each [B, C, positions...]
   */
  static List<Tensor> covered(Engine engine, Tensor x, List<Window> windows, double padding) {
    List<Tensor> parts = List.of(x);
    for (int i = 0; i < windows.size(); i++) {
      List<Tensor> next = new ArrayList<>();
      for (Tensor part : parts) {
        next.addAll(windows.get(i).covered(engine, part, i + 2, padding));
      }
      parts = next;
    }
    return parts;
  }

  private List<Tensor> covered(Engine engine, Tensor x, int dimension, double value) {
    Tensor padded = padded(engine, x, dimension, value);
    long positions = positions(x.shape().dim(dimension));
    Tensor firsts = engine.arange(0, positions).mul(stride);
    List<Tensor> parts = new ArrayList<>();
    for (long k = 0; k < size; k++) {
      parts.add(padded.indexSelect(dimension, firsts.add(k * dilation)));
    }
    return parts;
  }

  private Tensor padded(Engine engine, Tensor x, int dimension, double value) {
    if (padding == 0) {
      return x;
    }
    Shape shape = x.shape().with(dimension, padding);
    Tensor end = engine.full(x.dtype(), value, shape.toArray());
    return engine.concat(List.of(end, x, end), dimension);
  }

  static void require(Tensor input, List<Window> windows) {
    if (windows.isEmpty() || windows.size() > 2 || input.shape().rank() != windows.size() + 2) {
      throw new IllegalArgumentException(
          "Windows move over [B, C, L] or [B, C, H, W], one a dimension, not %d over %s."
              .formatted(windows.size(), input.shape()));
    }
    for (int i = 0; i < windows.size(); i++) {
      windows.get(i).positions(input.shape().dim(i + 2)); // refuses what does not fit
    }
  }

  /** The input's shape with this many channels and the windows' positions. */
  static long[] result(Tensor input, long channels, List<Window> windows) {
    long[] shape = input.shape().toArray();
    shape[1] = channels;
    for (int i = 0; i < windows.size(); i++) {
      shape[i + 2] = windows.get(i).positions(shape[i + 2]);
    }
    return shape;
  }
}
