package io.mla4j.kernels.expert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.product.MatrixProducts;
import io.mla4j.kernels.product.WeightFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Experts on products of either twin against loops in float64. */
abstract class RoutedExpertsSuite {

  private static final long PAGE_BYTES = 4096;

  private final Arena memory = Arena.ofShared();
  private final Kernels kernels = kernels();
  private final MatrixProducts products = products(kernels);
  private final RoutedExperts experts = new RoutedExperts(kernels, products);

  abstract Kernels kernels();

  abstract MatrixProducts products(Kernels kernels);

  @AfterEach
  void close() {
    products.close();
    kernels.close();
    memory.close();
  }

  @Test
  void oddSizes() {
    check(new ExpertOracle(1, 1, 1, 1, 1, 1, 1), WeightFormat.FLOAT32, 1e-5);
    check(new ExpertOracle(2, 4, 4, 1, 3, 33, 17), WeightFormat.FLOAT32, 1e-5);
    check(new ExpertOracle(3, 5, 5, 7, 2, 16, 40), WeightFormat.FLOAT32, 1e-5);
    check(new ExpertOracle(4, 9, 9, 40, 6, 31, 5), WeightFormat.FLOAT32, 1e-5);
  }

  @Test
  void mostExpertsAreEmpty() {
    check(new ExpertOracle(5, 64, 2, 20, 3, 24, 12), WeightFormat.FLOAT32, 1e-5);
    check(new ExpertOracle(6, 64, 0, 20, 3, 24, 12), WeightFormat.FLOAT32, 0);
    check(new ExpertOracle(7, 3, 3, 0, 2, 8, 8), WeightFormat.FLOAT32, 0);
  }

  /** An expert with more rows than are taken at once. */
  @Test
  void severalPieces() {
    check(new ExpertOracle(8, 2, 1, 700, 1, 3, 10_000), WeightFormat.FLOAT32, 1e-5);
  }

  /** Tokens so wide that threads share the rows of an expert, which lists tokens several times. */
  @Test
  void tokensThatListAnExpertTwice() {
    check(new ExpertOracle(12, 2, 2, 60, 4, 3000, 2), WeightFormat.FLOAT32, 1e-4);
  }

  /** Rounded weights and, on the way, rounded activations. */
  @Test
  void narrowWeights() {
    check(new ExpertOracle(9, 6, 6, 30, 2, 64, 48), WeightFormat.BF16, 0.02);
    check(new ExpertOracle(10, 6, 6, 30, 2, 64, 48), WeightFormat.INT8, 0.03);
    check(new ExpertOracle(11, 6, 6, 30, 2, 64, 64), WeightFormat.INT4, 0.3);
  }

  private void check(ExpertOracle oracle, WeightFormat format, double tolerance) {
    double[][] expected = oracle.outputs();
    float[] actual = run(oracle, format);
    for (int i = 0; i < actual.length; i++) {
      double allowed = tolerance * expected[1][i];
      assertEquals(expected[0][i], actual[i], allowed, "element " + i + " in " + format);
    }
  }

  private float[] run(ExpertOracle oracle, WeightFormat format) {
    MemorySegment out = floats(new float[oracle.tokens * oracle.width]);
    out.fill((byte) -1); // not a number
    try (ExpertWeights weights = weights(oracle, format)) {
      experts.run(floats(oracle.x), routing(oracle), weights, out);
    }
    float[] result = new float[oracle.tokens * oracle.width];
    MemorySegment.copy(out, ValueLayout.JAVA_FLOAT, 0, result, 0, result.length);
    return result;
  }

  private ExpertWeights weights(ExpertOracle oracle, WeightFormat format) {
    List<Expert> packed = new ArrayList<>();
    for (int e = 0; e < oracle.gate.length; e++) {
      packed.add(
          Expert.pack(
              floats(oracle.gate[e]),
              floats(oracle.up[e]),
              floats(oracle.down[e]),
              ElementType.FLOAT32,
              oracle.inner,
              oracle.width,
              format,
              kernels.threads()));
    }
    return new ExpertWeights(packed);
  }

  private Routing routing(ExpertOracle oracle) {
    return new Routing(ints(oracle.chosen), floats(oracle.shares), oracle.tokens, oracle.perToken);
  }

  private MemorySegment floats(float... values) {
    MemorySegment segment = memory.allocate(Math.max(4, 4L * values.length), 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  private MemorySegment ints(int... values) {
    MemorySegment segment = memory.allocate(Math.max(4, 4L * values.length), 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_INT, 0, values.length);
    return segment;
  }

  @Test
  void whatDoesNotFitIsNamed() {
    ExpertOracle oracle = new ExpertOracle(1, 3, 3, 4, 2, 8, 6);
    MemorySegment x = floats(oracle.x);
    MemorySegment out = floats(new float[32]);
    MemorySegment ids = ints(0, 1, 2, -1, 0, 1, 2, 0);
    MemorySegment shares = floats(new float[8]);
    try (ExpertWeights weights = weights(oracle, WeightFormat.FLOAT32)) {
      Routing routing = new Routing(ids, shares, 4, 2);
      refused("The x reaches element 31", () -> experts.run(x.asSlice(4), routing, weights, out));
      refused("The out reaches", () -> experts.run(x, routing, weights, out.asSlice(4)));
      refused("The out is read-only", () -> experts.run(x, routing, weights, out.asReadOnly()));
      refused("The out shares memory with the x", () -> experts.run(x, routing, weights, x));
      MemorySegment whole = floats(new float[3 * 32]);
      MemorySegment.copy(x, 0, whole, 0, x.byteSize());
      experts.run(whole, routing, weights, whole.asSlice(x.byteSize()));
      refused(
          "The out shares memory with the weights of the routing",
          () -> experts.run(x, new Routing(ids, out, 4, 2), weights, out));
      refused(
          "The x must lie in native memory",
          () -> experts.run(MemorySegment.ofArray(oracle.x), routing, weights, out));
      Routing beyond = new Routing(ints(0, 1, 2, -1, 0, 3, 2, 0), shares, 4, 2);
      refused(
          "experts[2][1] of the routing is 3, but the layer has the experts 0 to 2",
          () -> experts.run(x, beyond, weights, out));
      ExpertWeights closed = weights(oracle, WeightFormat.FLOAT32);
      closed.experts().getLast().down().close();
      MemorySegment kept = floats(new float[32]);
      kept.fill((byte) 1);
      refused("have been closed", () -> experts.run(x, routing, closed, kept));
      assertEquals(1, kept.get(ValueLayout.JAVA_BYTE, 0));
      closed.close();
      assertArrayEquals(new float[32], out.toArray(ValueLayout.JAVA_FLOAT));
      refused("tokens of 0 or more", () -> new Routing(ids, shares, -1, 2));
      refused("perToken of 1 or more", () -> new Routing(ids, shares, 4, 0));
      refused("The experts of the routing", () -> new Routing(ids, shares, 5, 2));
      refused("The weights of the routing", () -> new Routing(ids, shares.asSlice(4), 4, 2));
      refused("The experts must be one or more", () -> new ExpertWeights(List.of()));
      Expert first = weights.experts().getFirst();
      refused("the up weights", () -> new Expert(first.gate(), first.down(), first.down()));
      refused("the down weights", () -> new Expert(first.gate(), first.up(), first.up()));
      ExpertOracle wider = new ExpertOracle(1, 1, 1, 1, 1, 9, 6);
      try (ExpertWeights others = weights(wider, WeightFormat.FLOAT32)) {
        List<Expert> mixed = List.of(first, others.experts().getFirst());
        refused("9 and 6 of expert 1", () -> new ExpertWeights(mixed));
      }
    }
  }

  @Test
  void anExpertThatDoesNotFitKeepsNoMemory() throws IOException {
    int width = 1024;
    MemorySegment fitting = memory.allocate(4L * width * width, 64);
    MemorySegment small = memory.allocate(4, 64);
    long before = mappedPages();
    for (int i = 0; i < 20; i++) {
      refused("The weights reaches element", () -> packed(fitting, small, width));
    }
    long mapped = (mappedPages() - before) * PAGE_BYTES;
    assertTrue(mapped < 10L * 4 * width * width, mapped + " bytes more are mapped");
  }

  private Expert packed(MemorySegment gate, MemorySegment down, int width) {
    WeightFormat format = WeightFormat.FLOAT32;
    return Expert.pack(
        gate, gate, down, ElementType.FLOAT32, width, width, format, kernels.threads());
  }

  private static long mappedPages() throws IOException {
    Path pages = Path.of("/proc/self/statm");
    assumeTrue(Files.exists(pages), "Only Linux says how much memory is mapped.");
    return Long.parseLong(Files.readString(pages).split(" ")[0]);
  }

  @Test
  void closingTwiceDoesNothing() {
    ExpertWeights weights = weights(new ExpertOracle(1, 2, 2, 1, 1, 8, 6), WeightFormat.FLOAT32);
    weights.experts().getFirst().close();
    weights.close();
    weights.close();
  }

  private static void refused(String part, Executable call) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
