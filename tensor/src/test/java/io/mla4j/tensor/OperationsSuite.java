package io.mla4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.operation.Convolution;
import io.mla4j.tensor.operation.CrossEntropy;
import io.mla4j.tensor.operation.Pooling;
import io.mla4j.tensor.operation.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Operations and their definitions against plain Java; every engine's tests run it. */
public abstract class OperationsSuite {

  private final Engine engine;
  private final Engine definitions;
  private final Random random = new Random(6);
  private TensorScope scope;

  protected OperationsSuite(Engine engine) {
    this.engine = engine;
    this.definitions = new DefaultBodies(engine);
  }

  @BeforeEach
  void openScope() {
    scope = TensorScope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  private Tensor gaussian(long... shape) {
    double[] elements = new double[(int) Shape.of(shape).size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextGaussian();
    }
    return engine.ofDoubles(elements, shape);
  }

  private void same(double[] expected, long[] shape, FusedOperation<Tensor> operation) {
    for (Engine on : List.of(engine, definitions)) {
      Tensor actual = on.run(operation);
      assertEquals(Shape.of(shape), actual.shape());
      assertArrayEquals(expected, actual.toDoubles(), 1e-12);
    }
  }

  private static void refused(Executable call) {
    RuntimeException refusal = assertThrows(IllegalArgumentException.class, call);
    assertEquals(1, refusal.getMessage().lines().count(), refusal.getMessage());
  }

  /** The identity, which tells which of its bodies ran. */
  private record Told(Tensor x, List<String> ran) implements Differentiable {

    @Override
    public Tensor definition(Engine engine) {
      ran.add("definition");
      return x.mul(1);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(x);
    }

    @Override
    public Forward forward(Engine engine) {
      ran.add("forward");
      return new Forward(x.mul(1), List.of());
    }

    @Override
    public List<Optional<Tensor>> backward(
        Engine engine, Tensor gradient, List<Tensor> saved, List<Boolean> needed) {
      return List.of(Optional.of(gradient));
    }
  }

  @Test
  void forwardRunsInPlaceOfTheDefinition() {
    List<String> ran = new ArrayList<>();
    Told operation = new Told(gaussian(2), ran);
    assertArrayEquals(operation.x().toDoubles(), engine.run(operation).toDoubles());
    assertArrayEquals(operation.x().toDoubles(), definitions.run(operation).toDoubles());
    assertEquals(List.of("forward", "definition"), ran);
    Tensor whole = engine.zeros(DType.INT64, 2);
    refused(() -> new Differentiable.Forward(whole, List.of()));
  }

  // Cross-entropy

  /** The sum and the total weight, in plain Java. */
  private static double[] crossEntropy(
      double[] logits, long[] labels, double[] weights, double smoothing, long ignored) {
    int classes = weights.length;
    double sum = 0;
    double total = 0;
    for (int n = 0; n < labels.length; n++) {
      if (labels[n] == ignored) {
        continue;
      }
      double partition = 0;
      for (int c = 0; c < classes; c++) {
        partition += Math.exp(logits[n * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        double target = smoothing / classes + (c == labels[n] ? 1 - smoothing : 0);
        sum -= target * weights[c] * (logits[n * classes + c] - Math.log(partition));
      }
      total += weights[(int) labels[n]];
    }
    return new double[] {sum, total};
  }

  @Test
  void crossEntropyIgnoresALabel() {
    Tensor logits = gaussian(7, 3);
    double[] weights = {0.5, 2, 1};
    Optional<Tensor> given = Optional.of(engine.ofDoubles(weights, 3));
    for (long ignored : new long[] {-100, 1, 9}) {
      long[] labels = {0, ignored, 2, 1, 2, ignored, 0};
      Tensor y = engine.ofLongs(labels, 7);
      for (double smoothing : new double[] {0, 0.1, 1}) {
        for (boolean weighted : new boolean[] {false, true}) {
          double[] used = weighted ? weights : new double[] {1, 1, 1};
          double[] expected = crossEntropy(logits.toDoubles(), labels, used, smoothing, ignored);
          Optional<Tensor> classWeights = weighted ? given : Optional.empty();
          CrossEntropy sum =
              new CrossEntropy(
                  logits, y, classWeights, smoothing, ignored, CrossEntropy.Reduction.SUM);
          CrossEntropy mean =
              new CrossEntropy(
                  logits, y, classWeights, smoothing, ignored, CrossEntropy.Reduction.MEAN);
          same(new double[] {expected[0]}, new long[0], sum);
          same(new double[] {expected[0] / expected[1]}, new long[0], mean);
          assertEquals(expected[1], sum.total(engine).item(), 1e-12);
        }
      }
    }
  }

  @Test
  void crossEntropyOfNothing() {
    Tensor logits = gaussian(2, 3);
    Tensor none = engine.full(DType.INT64, CrossEntropy.IGNORED, 2);
    for (Engine on : List.of(engine, definitions)) {
      assertEquals(0, on.run(CrossEntropy.sum(logits, none, Optional.empty(), 0.1)).item());
      assertTrue(Double.isNaN(on.run(CrossEntropy.mean(logits, none, Optional.empty(), 0)).item()));
    }
    Tensor wrong = engine.ofLongs(new long[] {0, 3}, 2);
    for (Engine on : List.of(engine, definitions)) {
      assertThrows(
          RuntimeException.class,
          () -> on.run(CrossEntropy.sum(logits, wrong, Optional.empty(), 0)).item());
    }
    refused(() -> CrossEntropy.sum(logits, engine.zeros(DType.INT64, 3), Optional.empty(), 0));
    refused(() -> CrossEntropy.sum(logits, engine.zeros(DType.INT32, 2), Optional.empty(), 0));
    refused(() -> CrossEntropy.sum(logits, wrong, Optional.of(gaussian(2)), 0));
    refused(() -> CrossEntropy.sum(logits, wrong, Optional.empty(), 1.5));
  }

  // Convolution and pooling; one dimension is two of which the first has extent 1

  private record Plane(double[] elements, int batch, int channels, int height, int width) {

    static Plane of(Tensor x) {
      long[] shape = x.shape().toArray();
      boolean line = shape.length == 3;
      return new Plane(
          x.toDoubles(),
          (int) shape[0],
          (int) shape[1],
          line ? 1 : (int) shape[2],
          (int) shape[line ? 2 : 3]);
    }

    boolean has(long row, long column) {
      return row >= 0 && row < height && column >= 0 && column < width;
    }

    double at(int b, int c, long row, long column) {
      return elements[(int) (((b * channels + c) * height + row) * width + column)];
    }
  }

  private static Window[] both(List<Window> windows) {
    return windows.size() == 1
        ? new Window[] {Window.of(1), windows.get(0)}
        : new Window[] {windows.get(0), windows.get(1)};
  }

  private static double[] convolved(Convolution operation) {
    Plane x = Plane.of(operation.input());
    Plane w = Plane.of(operation.weight());
    Window[] moves = both(operation.windows());
    int rows = (int) moves[0].positions(x.height());
    int columns = (int) moves[1].positions(x.width());
    int outputs = w.batch();
    int perGroup = outputs / (int) operation.groups();
    double[] result = new double[x.batch() * outputs * rows * columns];
    for (int i = 0; i < result.length; i++) {
      int column = i % columns;
      int row = i / columns % rows;
      int o = i / columns / rows % outputs;
      int b = i / columns / rows / outputs;
      result[i] = operation.bias().map(t -> t.toDoubles()[o]).orElse(0.0);
      for (int c = 0; c < w.channels(); c++) {
        for (int p = 0; p < w.height(); p++) {
          for (int q = 0; q < w.width(); q++) {
            long y = row * moves[0].stride() + p * moves[0].dilation() - moves[0].padding();
            long z = column * moves[1].stride() + q * moves[1].dilation() - moves[1].padding();
            if (x.has(y, z)) {
              result[i] += w.at(o, c, p, q) * x.at(b, o / perGroup * w.channels() + c, y, z);
            }
          }
        }
      }
    }
    return result;
  }

  private static double[] pooled(Pooling operation) {
    Plane x = Plane.of(operation.input());
    Window[] moves = both(operation.windows());
    int rows = (int) moves[0].positions(x.height());
    int columns = (int) moves[1].positions(x.width());
    double[] result = new double[x.batch() * x.channels() * rows * columns];
    for (int i = 0; i < result.length; i++) {
      int c = i / columns / rows % x.channels();
      int b = i / columns / rows / x.channels();
      double sum = 0;
      double largest = Double.NEGATIVE_INFINITY;
      int count = 0;
      for (int p = 0; p < moves[0].size(); p++) {
        for (int q = 0; q < moves[1].size(); q++) {
          long y =
              (i / columns % rows) * moves[0].stride()
                  + p * moves[0].dilation()
                  - moves[0].padding();
          long z = (i % columns) * moves[1].stride() + q * moves[1].dilation() - moves[1].padding();
          if (x.has(y, z)) {
            sum += x.at(b, c, y, z);
            largest = Math.max(largest, x.at(b, c, y, z));
            count++;
          }
        }
      }
      result[i] = operation.kind() == Pooling.Kind.MAX ? largest : sum / count;
    }
    return result;
  }

  private static long[] shape(Tensor x, long channels, List<Window> windows) {
    Shape shape = x.shape().with(1, channels);
    for (int i = 0; i < windows.size(); i++) {
      shape = shape.with(i + 2, windows.get(i).positions(shape.dim(i + 2)));
    }
    return shape.toArray();
  }

  @Test
  void convolutionsOverOneAndTwoDimensions() {
    List<Window> moves =
        List.of(
            Window.of(1),
            Window.of(3),
            new Window(3, 2, 1, 1),
            new Window(2, 3, 0, 2),
            new Window(4, 1, 3, 1));
    for (Window window : moves) {
      for (long groups : new long[] {1, 2, 4}) {
        convolution(gaussian(2, 4, 9), List.of(window), groups);
        convolution(gaussian(2, 4, 7, 9), List.of(window, Window.of(2).withStride(2)), groups);
        convolution(gaussian(1, 4, 9, 7).transpose(2, 3), List.of(Window.of(2), window), groups);
      }
    }
    Convolution same = Convolution.of(gaussian(1, 2, 8), gaussian(3, 2, 5), Optional.empty(), 1, 2);
    assertEquals(Shape.of(1, 3, 8), engine.run(same).shape());
    List<Window> three = List.of(Window.of(3));
    refused(
        () -> new Convolution(gaussian(1, 4, 9), gaussian(2, 3, 3), Optional.empty(), three, 1));
    refused(
        () -> new Convolution(gaussian(1, 4, 2), gaussian(2, 4, 3), Optional.empty(), three, 1));
    refused(() -> Window.of(0));
  }

  private void convolution(Tensor input, List<Window> windows, long groups) {
    long[] kernel = new long[windows.size() + 2];
    kernel[0] = 4;
    kernel[1] = 4 / groups;
    for (int i = 0; i < windows.size(); i++) {
      kernel[i + 2] = windows.get(i).size();
    }
    Convolution operation =
        new Convolution(input, gaussian(kernel), Optional.of(gaussian(4)), windows, groups);
    same(convolved(operation), shape(input, 4, windows), operation);
  }

  @Test
  void poolingOverOneAndTwoDimensions() {
    for (Pooling.Kind kind : Pooling.Kind.values()) {
      for (Window window :
          List.of(Window.of(1), Window.of(3), new Window(3, 2, 1, 1), new Window(4, 3, 2, 1))) {
        pooling(new Pooling(gaussian(2, 3, 9), List.of(window), kind));
        pooling(
            new Pooling(gaussian(2, 3, 7, 9), List.of(window, Window.of(2).withStride(2)), kind));
      }
    }
    pooling(new Pooling(gaussian(2, 3, 9), List.of(new Window(3, 1, 1, 2)), Pooling.Kind.MAX));
    List<Window> padded = List.of(new Window(3, 1, 2, 1));
    refused(() -> new Pooling(gaussian(2, 3, 9), padded, Pooling.Kind.MAX));
    List<Window> dilated = List.of(new Window(3, 1, 1, 2));
    refused(() -> new Pooling(gaussian(2, 3, 9), dilated, Pooling.Kind.AVERAGE));
    refused(() -> new Pooling(gaussian(3, 9), List.of(Window.of(2)), Pooling.Kind.MAX));
  }

  private void pooling(Pooling operation) {
    Tensor x = operation.input();
    same(pooled(operation), shape(x, x.shape().dim(1), operation.windows()), operation);
  }
}
