package io.mla4j.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Primitives against plain Java; every engine's tests run it. */
public abstract class PrimitivesSuite {

  private static final double NAN = Double.NaN;

  private final Engine engine;
  private final Random random = new Random(5);
  private TensorScope scope;

  protected PrimitivesSuite(Engine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void openScope() {
    scope = TensorScope.open();
  }

  @AfterEach
  void closeScope() {
    scope.close();
  }

  // Samples

  /** Eighths from -4 to 4, which every floating type holds and of which many are equal. */
  private Tensor numbers(DType dtype, long... shape) {
    double[] elements = new double[(int) Shape.of(shape).size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(-32, 33) / (dtype.isFloating() ? 8.0 : 1);
    }
    return engine.ofDoubles(elements, shape).cast(dtype);
  }

  /** A tensor and views of it. */
  private List<Tensor> layouts(DType dtype) {
    Tensor base = numbers(dtype, 4, 6, 5);
    return List.of(
        base,
        base.transpose(0, 2),
        base.narrow(1, 1, 3),
        base.narrow(2, 2, 3).transpose(1, 2),
        numbers(dtype, 1, 6, 1).expand(4, 6, 5));
  }

  private static final List<DType> NUMBERS =
      List.of(
          DType.FLOAT64,
          DType.FLOAT32,
          DType.BF16,
          DType.FLOAT16,
          DType.INT64,
          DType.INT32,
          DType.INT8);

  private static final List<DType> FLOATS =
      List.of(DType.FLOAT64, DType.FLOAT32, DType.BF16, DType.FLOAT16);

  // Plain Java

  private static int index(Shape shape, long[] at) {
    long index = 0;
    for (int d = 0; d < at.length; d++) {
      index = index * shape.dim(d) + at[d];
    }
    return (int) index;
  }

  private static long[] coordinates(Shape shape, long position) {
    long[] at = new long[shape.rank()];
    long rest = position;
    for (int d = at.length - 1; d >= 0; d--) {
      at[d] = rest % shape.dim(d);
      rest /= shape.dim(d);
    }
    return at;
  }

  /** Positions of the elements of each row along a dimension. */
  private static List<int[]> rows(Shape shape, int dimension) {
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      long[] at = coordinates(shape, i);
      if (at[dimension] == 0) {
        int[] row = new int[(int) shape.dim(dimension)];
        for (int k = 0; k < row.length; k++) {
          at[dimension] = k;
          row[k] = index(shape, at);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static void assertSame(double[] expected, Tensor actual, DType dtype) {
    assertEquals(dtype, actual.dtype());
    assertArrayEquals(expected, actual.toDoubles(), tolerance(dtype));
  }

  /** The samples are exact in every type; only powers and sums of many round. */
  private static double tolerance(DType dtype) {
    return switch (dtype) {
      case BF16 -> 0.5;
      case FLOAT16 -> 0.03;
      case FLOAT32 -> 1e-4;
      default -> 1e-12;
    };
  }

  private void refused(Executable call) {
    RuntimeException refusal = assertThrows(RuntimeException.class, call);
    assertEquals(1, refusal.getMessage().lines().count(), refusal.getMessage());
  }

  // Elements

  private void mapped(DType dtype, UnaryOperator<Tensor> actual, DoubleUnaryOperator expected) {
    for (Tensor x : layouts(dtype)) {
      assertSame(Arrays.stream(x.toDoubles()).map(expected).toArray(), actual.apply(x), dtype);
    }
  }

  @Test
  void functionsOfOneElement() {
    for (DType dtype : NUMBERS) {
      mapped(dtype, Tensor::abs, Math::abs);
      mapped(dtype, x -> x.clamp(-2, 3), x -> Math.min(Math.max(x, -2), 3));
      mapped(dtype, x -> x.clamp(Double.NEGATIVE_INFINITY, 1), x -> Math.min(x, 1));
    }
    for (DType dtype : FLOATS) {
      mapped(dtype, Tensor::round, Math::rint);
      mapped(dtype, Tensor::floor, Math::floor);
      mapped(dtype, x -> x.pow(3), x -> Math.pow(x, 3));
      mapped(dtype, x -> x.abs().add(0.5).pow(-0.5), x -> Math.pow(Math.abs(x) + 0.5, -0.5));
    }
    Tensor halves = engine.ofDoubles(new double[] {0.5, 1.5, 2.5, -0.5, -1.5, NAN}, 6);
    assertArrayEquals(new double[] {0, 2, 2, -0.0, -2, NAN}, halves.round().toDoubles());
    assertArrayEquals(new double[] {0.5, 1, 1, 0, 0, NAN}, halves.clamp(0, 1).toDoubles());
    assertArrayEquals(
        new long[] {1, 2, 2}, engine.ofLongs(new long[] {0, 2, 5}, 3).clamp(0.5, 2.5).toLongs());
    refused(() -> engine.arange(0, 3).round());
    refused(() -> engine.arange(0, 3).pow(2));
  }

  private void combined(Tensor actual, Tensor a, Tensor b, DoubleBinaryOperator expected) {
    Shape shape = a.shape().broadcast(b.shape());
    double[] x = a.expand(shape.toArray()).toDoubles();
    double[] y = b.expand(shape.toArray()).toDoubles();
    double[] result = new double[x.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = expected.applyAsDouble(x[i], y[i]);
    }
    assertEquals(shape, actual.shape());
    assertArrayEquals(result, actual.toDoubles(), 0);
  }

  @Test
  void functionsOfTwoElements() {
    for (DType dtype : NUMBERS) {
      for (Tensor a : layouts(dtype)) {
        for (Tensor b : List.of(a, numbers(dtype, 1, 1, 1), numbers(dtype, a.shape().dim(2)))) {
          combined(a.maximum(b), a, b, Math::max);
          combined(a.minimum(b), a, b, Math::min);
          combined(a.gt(b), a, b, (x, y) -> x > y ? 1 : 0);
          combined(a.le(b), a, b, (x, y) -> x <= y ? 1 : 0);
        }
      }
    }
    Tensor a = engine.ofFloats(new float[] {1, Float.NaN, 3}, 3);
    Tensor b = engine.ofFloats(new float[] {Float.NaN, 2, 2}, 3);
    assertArrayEquals(new double[] {NAN, NAN, 3}, a.maximum(b).toDoubles());
    assertArrayEquals(new double[] {NAN, NAN, 2}, a.minimum(b).toDoubles());
    assertArrayEquals(new long[] {0, 0, 1}, a.gt(b).toLongs());
    refused(() -> a.minimum(engine.zeros(DType.FLOAT32, 4)));
  }

  @Test
  void comparisonsWithNumbers() {
    for (DType dtype : NUMBERS) {
      Tensor x = numbers(dtype, 5, 7);
      Tensor two = engine.full(dtype, 2);
      combined(x.lt(2), x, two, (a, b) -> a < b ? 1 : 0);
      combined(x.le(2), x, two, (a, b) -> a <= b ? 1 : 0);
      combined(x.gt(2), x, two, (a, b) -> a > b ? 1 : 0);
      combined(x.ge(2), x, two, (a, b) -> a >= b ? 1 : 0);
      combined(x.eq(2), x, two, (a, b) -> a == b ? 1 : 0);
      combined(x.where(x.gt(2), 2), x, two, Math::max);
    }
    refused(() -> engine.arange(0, 3).lt(0.5));
  }

  @Test
  void logic() {
    Tensor a = engine.ofBooleans(new boolean[] {false, false, true, true}, 4);
    Tensor b = engine.ofBooleans(new boolean[] {false, true}, 2, 1);
    combined(a.or(b), a, b, (x, y) -> x + y > 0 ? 1 : 0);
    combined(a.xor(b), a, b, (x, y) -> x != y ? 1 : 0);
    combined(a.and(b), a, b, (x, y) -> x * y);
    assertEquals(DType.BOOL, a.or(b).dtype());
  }

  // Along a dimension

  @Test
  void reductions() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : layouts(dtype)) {
        for (int d = 0; d < 3; d++) {
          double[] all = x.toDoubles();
          List<int[]> rows = rows(x.shape(), d);
          double[] smallest =
              rows.stream()
                  .mapToDouble(r -> IntStream.of(r).mapToDouble(i -> all[i]).min().orElseThrow())
                  .toArray();
          assertSame(smallest, x.min(d), dtype);
          assertEquals(x.shape().with(d, 1), x.min(d - 3).shape());
          double[] largest = rows.stream().mapToDouble(r -> order(all, r, true)[0]).toArray();
          assertSame(largest, x.argmax(d), DType.INT64);
          assertEquals(x.shape().without(d), x.argmax(d - 3).shape());
        }
      }
    }
    refused(() -> engine.zeros(DType.FLOAT32, 2, 0).min(1));
  }

  @Test
  void cumulativeSums() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : layouts(dtype)) {
        for (int d = 0; d < 3; d++) {
          double[] all = x.toDoubles();
          double[] expected = new double[all.length];
          for (int[] row : rows(x.shape(), d)) {
            double sum = 0;
            for (int i : row) {
              sum += all[i];
              expected[i] = dtype == DType.INT8 ? (byte) (long) sum : sum;
            }
          }
          assertSame(expected, x.cumulativeSum(d), dtype);
        }
      }
    }
    long huge = (1L << 60) + 1;
    assertArrayEquals(
        new long[] {huge, huge + 1},
        engine.ofLongs(new long[] {huge, 1}, 2).cumulativeSum(0).toLongs());
    refused(() -> engine.zeros(DType.BOOL, 3).cumulativeSum(0));
  }

  // Order

  /** Places within a row in order. */
  private static int[] order(double[] all, int[] row, boolean descending) {
    Comparator<Integer> byValue = Comparator.comparingDouble(k -> all[row[k]] + 0.0);
    return IntStream.range(0, row.length)
        .boxed()
        .sorted(descending ? byValue.reversed() : byValue)
        .mapToInt(k -> k)
        .toArray();
  }

  @Test
  void sortingIsStable() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : layouts(dtype)) {
        for (int d = 0; d < 3; d++) {
          for (boolean descending : new boolean[] {false, true}) {
            sorted(x, d, descending);
          }
        }
      }
    }
    Tensor empty = engine.zeros(DType.FLOAT32, 2, 0);
    assertEquals(empty.shape(), empty.sort(1, true).values().shape());
  }

  private static void sorted(Tensor x, int d, boolean descending) {
    double[] all = x.toDoubles();
    double[] values = new double[all.length];
    double[] places = new double[all.length];
    for (int[] row : rows(x.shape(), d)) {
      int[] order = order(all, row, descending);
      for (int k = 0; k < row.length; k++) {
        values[row[k]] = all[row[order[k]]];
        places[row[k]] = order[k];
      }
    }
    Tensor.Ranked ranked = x.sort(d, descending);
    assertSame(values, ranked.values(), x.dtype());
    assertSame(places, ranked.indices(), DType.INT64);
    assertSame(places, x.argsort(d - 3, descending), DType.INT64);
  }

  @Test
  void theLargestWithTheLowerIndexOfEqualOnesFirst() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : List.of(numbers(dtype, 3, 4, 70), numbers(dtype, 70, 3).transpose(0, 1))) {
        for (int k : new int[] {0, 1, 3, 8, 9, 70}) {
          Tensor.Ranked sorted = x.sort(-1, true);
          Tensor.Ranked top = x.topK(k);
          assertEquals(x.shape().with(-1, k), top.values().shape());
          assertArrayEquals(sorted.values().narrow(-1, 0, k).toDoubles(), top.values().toDoubles());
          assertArrayEquals(sorted.indices().narrow(-1, 0, k).toLongs(), top.indices().toLongs());
        }
      }
    }
    Tensor special = engine.ofDoubles(new double[] {0.0, -0.0, NAN, 1e300, NAN, -1e300}, 6);
    assertArrayEquals(new long[] {2, 4, 3, 0, 1, 5}, special.topK(6).indices().toLongs());
    assertArrayEquals(
        new long[] {2, 4, 3, 0, 1, 5}, special.cast(DType.FLOAT32).topK(6).indices().toLongs());
    assertArrayEquals(new long[] {5, 0, 1, 3, 2, 4}, special.argsort(0, false).toLongs());
    refused(() -> special.topK(7));
    refused(() -> special.topK(-1));
  }

  // By index

  @Test
  void slicesAreAddedAndReplaced() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : layouts(dtype)) {
        for (int d = 0; d < 3; d++) {
          int extent = (int) x.shape().dim(d);
          long[] picks = {extent - 1, 0, extent - 1};
          Tensor source = numbers(dtype, x.shape().with(d, 3).toArray());
          Tensor indices = engine.ofLongs(picks, 3);
          double[] before = x.toDoubles();
          assertSame(
              moved(x, d, picks, source, dtype, true), x.indexAdd(d, indices, source), dtype);
          assertArrayEquals(before, x.toDoubles());
          Tensor two = source.narrow(d, 0, 2);
          assertSame(
              moved(x, d, Arrays.copyOf(picks, 2), two, dtype, false),
              x.indexCopy(d, indices.narrow(0, 0, 2), two),
              dtype);
        }
      }
    }
    Tensor x = engine.zeros(DType.FLOAT32, 3, 2);
    Tensor rows = engine.zeros(DType.FLOAT32, 1, 2);
    refused(() -> x.indexAdd(0, engine.ofLongs(new long[] {3}, 1), rows));
    refused(() -> x.indexAdd(0, engine.ofLongs(new long[] {0, 1}, 2), rows));
    refused(() -> x.indexCopy(0, engine.zeros(DType.INT32, 1), rows));
  }

  private static double[] moved(
      Tensor x, int d, long[] picks, Tensor source, DType dtype, boolean adds) {
    double[] expected = x.toDoubles();
    double[] elements = source.toDoubles();
    for (int i = 0; i < elements.length; i++) {
      long[] at = coordinates(source.shape(), i);
      at[d] = picks[(int) at[d]];
      put(expected, index(x.shape(), at), elements[i], dtype, adds);
    }
    return expected;
  }

  private static void put(double[] target, int at, double value, DType dtype, boolean adds) {
    double result = adds ? target[at] + value : value;
    target[at] = dtype == DType.INT8 ? (byte) (long) result : result;
  }

  @Test
  void elementsAreScattered() {
    for (DType dtype : NUMBERS) {
      for (Tensor x : layouts(dtype)) {
        for (int d = 0; d < 3; d++) {
          Tensor source = numbers(dtype, x.shape().toArray());
          Tensor order = numbers(DType.FLOAT32, x.shape().toArray()).argsort(d, false);
          assertSame(
              scattered(x, d, order, source, dtype, false), x.scatter(d, order, source), dtype);
          Tensor some = order.narrow((d + 1) % 3, 0, 2);
          Tensor repeated = some.narrow(d, 0, 1).expand(some.shape().with(d, 2).toArray());
          assertSame(
              scattered(x, d, repeated, source, dtype, true),
              x.scatterAdd(d, repeated, source),
              dtype);
        }
      }
    }
    Tensor x = engine.zeros(DType.FLOAT32, 3, 2);
    refused(() -> x.scatter(0, engine.full(DType.INT64, 3, 1, 2), x));
    refused(() -> x.scatterAdd(0, engine.full(DType.INT64, 0, 4, 2), x));
    refused(() -> x.scatter(0, engine.full(DType.INT64, 0, 2), x));
  }

  private static double[] scattered(
      Tensor x, int d, Tensor indices, Tensor source, DType dtype, boolean adds) {
    double[] expected = x.toDoubles();
    double[] elements = source.toDoubles();
    long[] picks = indices.toLongs();
    for (int i = 0; i < picks.length; i++) {
      long[] at = coordinates(indices.shape(), i);
      double value = elements[index(source.shape(), at)];
      at[d] = picks[i];
      put(expected, index(x.shape(), at), value, dtype, adds);
    }
    return expected;
  }

  // Layout

  @Test
  void stacksSplitsAndOneHotRows() {
    Tensor a = engine.arange(0, 6).reshape(2, 3);
    Tensor b = a.add(6);
    assertArrayEquals(
        new long[] {0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11},
        engine.stack(List.of(a, b), 1).toLongs());
    assertEquals(Shape.of(2, 3, 2), engine.stack(List.of(a, b), -1).shape());
    assertArrayEquals(
        new long[] {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11},
        engine.stack(List.of(a, b), -1).toLongs());
    refused(() -> engine.stack(List.of(), 0));
    List<Tensor> parts = a.split(1, 1, 0, 2);
    assertArrayEquals(new long[] {0, 3}, parts.get(0).toLongs());
    assertEquals(0, parts.get(1).shape().size());
    assertArrayEquals(new long[] {1, 2, 4, 5}, parts.get(2).toLongs());
    refused(() -> a.split(1, 1, 1));
    Tensor hot = engine.ofLongs(new long[] {2, 0}, 2, 1).oneHot(3);
    assertEquals(Shape.of(2, 1, 3), hot.shape());
    assertArrayEquals(new long[] {0, 0, 1, 1, 0, 0}, hot.toLongs());
  }

  // Types

  @Test
  void theLowestNumberIsFinite() {
    for (DType dtype : FLOATS) {
      double lowest = engine.full(dtype, dtype.lowest()).item();
      assertEquals(dtype.lowest(), lowest);
      assertTrue(Double.isFinite(lowest));
      Tensor masked =
          numbers(dtype, 2, 3).maskedFill(engine.full(DType.BOOL, 1, 3), dtype.lowest());
      assertArrayEquals(
          new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0},
          masked.narrow(0, 0, 1).softmax().toDoubles(),
          2e-3);
    }
    assertThrows(IllegalArgumentException.class, DType.INT32::lowest);
  }

  // Randomness

  @Test
  void randomNumbersFollowTheSeed() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      engine.seed(3);
      double[] uniform = engine.uniform(dtype, -1, 3, 100, 200).toDoubles();
      double[] normal = engine.normal(dtype, 5, 2, 100, 200).toDoubles();
      engine.seed(3);
      assertArrayEquals(uniform, engine.uniform(dtype, -1, 3, 100, 200).toDoubles());
      assertArrayEquals(normal, engine.normal(dtype, 5, 2, 100, 200).toDoubles());
      assertFalse(Arrays.equals(normal, engine.normal(dtype, 5, 2, 100, 200).toDoubles()));
      assertTrue(Arrays.stream(uniform).allMatch(x -> x >= -1 && x <= 3));
      moments(uniform, 1, 16 / 12.0);
      moments(normal, 5, 4);
    }
  }

  /** Of 20,000 numbers; the bounds are more than five standard errors away. */
  private static void moments(double[] numbers, double mean, double variance) {
    double first = Arrays.stream(numbers).average().orElseThrow();
    assertEquals(mean, first, 5.5 * Math.sqrt(variance / numbers.length));
    double second =
        Arrays.stream(numbers).map(x -> (x - first) * (x - first)).average().orElseThrow();
    assertEquals(variance, second, variance * 0.06);
  }
}
