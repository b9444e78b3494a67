package io.mla4j.kernels.product;

import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.kernels.Grids;
import io.mla4j.kernels.memory.Bf16;
import io.mla4j.kernels.memory.ElementType;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.thread.KernelThreads;
import io.mla4j.kernels.verification.PackedProductCase;
import io.mla4j.kernels.verification.PackedProductTrial;
import io.mla4j.kernels.verification.ProductTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of every twin against float64 loops over the same rounded numbers. */
abstract class MatrixProductsSuite {

  private final KernelThreads threads = new KernelThreads(3);
  private MatrixProducts products;

  abstract ProductBody body();

  @BeforeEach
  void start() {
    products = new MatrixProducts(threads, body());
  }

  @AfterEach
  void close() {
    threads.close();
    if (products != null) {
      products.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oddSizes(ProductTypes types) {
    Grids.check(PackedProductCase.sizes(types), this::run);
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberOfRowsOfATile(ProductTypes types) {
    Grids.check(PackedProductCase.rows(types), this::run);
  }

  @ParameterizedTest
  @EnumSource
  void severalPassesAndBlocks(ProductTypes types) {
    Grids.check(PackedProductCase.passes(types), this::run);
  }

  private Optional<String> run(PackedProductCase point, long seed) {
    return PackedProductTrial.run(products, threads, point, seed);
  }

  /** From a byte on at which no element of theirs should start, in memory of just their size. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40})
  void rowsOfWeightsMayStartAnywhere(int rows) {
    int channels = 45;
    int depth = 77;
    MemorySegment floats = memory(4L * channels * depth);
    MemorySegment file = memory(1 + 2L * channels * depth).asSlice(1);
    for (int i = 0; i < channels * depth; i++) {
      Floats.set(floats, i, (float) Math.sin(i));
      file.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Bf16.of((float) Math.sin(i)));
    }
    Activations x = Activations.float32(floats, rows, depth);
    MemorySegment out = memory(4L * rows * channels);
    MemorySegment expected = memory(4L * rows * channels);
    try (PackedWeights packed = pack(floats, channels, depth, WeightFormat.BF16)) {
      products.multiply(x, packed, Epilogue.NONE, expected);
    }
    PackedWeights weights = PackedWeights.over(file.asReadOnly(), channels, depth);
    products.multiply(x, weights, Epilogue.NONE, out);
    assertArrayEquals(
        expected.toArray(ValueLayout.JAVA_FLOAT), out.toArray(ValueLayout.JAVA_FLOAT), 1e-5f);
  }

  @Test
  void rowsOfWeightsThatWereFreedAreRefused() {
    MemorySegment memory = memory(4 * 12);
    Activations x = Activations.float32(memory, 1, 4);
    PackedWeights weights;
    try (Arena file = Arena.ofShared()) {
      weights = PackedWeights.over(file.allocate(4 * 3 * 2), 3, 4);
    }
    assertRefused("closed", () -> products.multiply(x, weights, Epilogue.NONE, memory));
    assertRefused("weights", () -> PackedWeights.over(memory, 7, 4));
  }

  @Test
  void noRowsAreNoWork() {
    MemorySegment memory = memory(400);
    try (PackedWeights weights = pack(memory, 5, 4, WeightFormat.BF16)) {
      products.multiply(Activations.float32(memory, 0, 4), weights, Epilogue.NONE, memory);
    }
  }

  @Test
  void quantizedRowsReachTheirHighestValue() {
    MemorySegment x = memory(3 * 20 * Float.BYTES);
    for (int k = 0; k < 20; k++) {
      Floats.set(x, k, k - 12f);
      Floats.set(x, 40 + k, k * 1e-3f);
    }
    Activations.Int8 to = Activations.int8(memory(60), memory(3 * Float.BYTES), 3, 20);
    products.quantize(x, to);
    assertEquals(-127, to.memory().get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(12f / 127, Floats.get(to.scales(), 0));
    assertEquals(0, to.memory().get(ValueLayout.JAVA_BYTE, 25));
    assertEquals(0f, Floats.get(to.scales(), 1));
    assertEquals(127, to.memory().get(ValueLayout.JAVA_BYTE, 59));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void quantizedRowsThatAreNotFiniteStayNan(float special) {
    int depth = 37;
    MemorySegment x = memory(2 * depth * Float.BYTES);
    for (int k = 0; k < 2 * depth; k++) {
      Floats.set(x, k, k % 5 - 1.5f);
    }
    Floats.set(x, 20, special);
    Activations.Int8 to = Activations.int8(memory(2 * depth), memory(2 * Float.BYTES), 2, depth);
    products.quantize(x, to);
    MemorySegment out = memory(2 * Float.BYTES);
    try (PackedWeights weights =
        pack(x.asSlice(depth * Float.BYTES), 1, depth, WeightFormat.INT8)) {
      products.multiply(to, weights, Epilogue.NONE, out);
    }
    assertTrue(Float.isNaN(Floats.get(out, 0)));
    assertTrue(Float.isFinite(Floats.get(out, 1)));
  }

  @Test
  void extremeInt8ValuesDoNotOverflow() {
    int depth = 1 << 17;
    MemorySegment values = memory(depth);
    values.fill((byte) -128);
    MemorySegment scale = memory(Float.BYTES);
    Floats.set(scale, 0, 1);
    MemorySegment out = memory(Float.BYTES);
    values.set(ValueLayout.JAVA_BYTE, 0, (byte) 127); // so that the sum stays below 2^31
    try (PackedWeights weights = PackedWeights.packInt8(values, scale, 1, depth, threads)) {
      Activations x = Activations.int8(values, scale, 1, depth);
      products.multiply(x, weights, Epilogue.NONE, out);
    }
    assertEquals((depth - 1) * 16384.0 + 16129, Floats.get(out, 0), 128);
  }

  @ParameterizedTest
  @CsvSource({"INT8, 1", "INT8, 2", "INT8, 5", "FLOAT32, 1", "FLOAT32, 5", "FLOAT32, 40"})
  void infinityAndNanReachEveryChannel(WeightFormat format, int rows) {
    int depth = 40;
    MemorySegment ones = memory(2L * depth * Float.BYTES);
    for (int k = 0; k < depth; k++) {
      Floats.set(ones, k, 1);
      Floats.set(ones, depth + k, -1);
    }
    MemorySegment x = memory((long) rows * depth * Float.BYTES);
    MemorySegment out = memory(2L * rows * Float.BYTES);
    try (PackedWeights weights = pack(ones, 2, depth, format)) {
      for (float special : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
        for (int row = 0; row < rows; row++) {
          Floats.set(x, (long) row * depth + 33, special);
        }
        products.multiply(Activations.float32(x, rows, depth), weights, Epilogue.NONE, out);
        for (int row = 0; row < rows; row++) {
          assertEquals(special, Floats.get(out, 2L * row));
          assertEquals(-special, Floats.get(out, 2L * row + 1));
        }
      }
    }
  }

  /**
   * Also where float32 is multiplied in parts, in several passes, beside weights that are finite.
   */
  @ParameterizedTest
  @CsvSource({"1, FLOAT32", "13, FLOAT32", "40, FLOAT32", "40, BF16"})
  void infiniteWeightsReachTheirChannelAlone(int rows, ElementType type) {
    int depth = 1100;
    int channels = 70;
    MemorySegment w = memory((long) channels * depth * Float.BYTES);
    for (long i = 0; i < (long) channels * depth; i++) {
      Floats.set(w, i, (i * 37 % 101 - 50) / 64f);
    }
    MemorySegment x = memory((long) rows * depth * type.bytes());
    for (long i = 0; i < (long) rows * depth; i++) {
      float value = i * 53 % 89 / 32f;
      if (type == ElementType.BF16) {
        x.setAtIndex(ValueLayout.JAVA_SHORT, i, Bf16.of(value));
      } else {
        Floats.set(x, i, value);
      }
    }
    Activations activations = new Activations.Floating(x, type, rows, depth);
    float[] finite = product(activations, w, channels);
    Floats.set(w, 3L * depth + 700, Float.POSITIVE_INFINITY);
    Floats.set(w, 66L * depth + 9, Float.NEGATIVE_INFINITY);
    float[] infinite = product(activations, w, channels);
    for (int i = 0; i < finite.length; i++) {
      int row = i / channels;
      int met = i % channels == 3 ? row * depth + 700 : row * depth + 9;
      boolean none = met * 53L % 89 == 0;
      float special = none ? Float.NaN : i % channels == 3 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
      boolean changed = i % channels == 3 || i % channels == 66;
      assertEquals(changed ? special : finite[i], infinite[i], "element " + i);
    }
  }

  private float[] product(Activations x, MemorySegment w, int channels) {
    MemorySegment out = memory(x.rows() * channels * Float.BYTES);
    try (PackedWeights weights = pack(w, channels, (int) x.depth(), WeightFormat.FLOAT32)) {
      products.multiply(x, weights, Epilogue.NONE, out);
    }
    return out.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Also where float32 is multiplied in parts. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void float32KeepsItsLargestNumbers(int rows) {
    int depth = 33;
    MemorySegment w = memory(depth * Float.BYTES);
    MemorySegment x = memory((long) rows * depth * Float.BYTES);
    Floats.set(w, depth - 1, 0.75f);
    for (int row = 0; row < rows; row++) {
      Floats.set(x, (long) row * depth + depth - 1, -Float.MAX_VALUE);
    }
    MemorySegment out = memory((long) rows * Float.BYTES);
    try (PackedWeights weights = pack(w, 1, depth, WeightFormat.FLOAT32)) {
      products.multiply(Activations.float32(x, rows, depth), weights, Epilogue.NONE, out);
    }
    for (int row = 0; row < rows; row++) {
      assertEquals(-0.75f * Float.MAX_VALUE, Floats.get(out, row), 1e-7 * Float.MAX_VALUE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void smallActivationsBesideALargeOneCount(WeightFormat format) {
    int depth = 32;
    float small = 129f / (1 << 20);
    MemorySegment w = memory(depth * Float.BYTES);
    MemorySegment x = memory(depth * Float.BYTES);
    Floats.set(x, 0, 1);
    for (int k = 1; k < depth; k++) {
      Floats.set(w, k, 1);
      Floats.set(x, k, small);
    }
    MemorySegment out = memory(Float.BYTES);
    try (PackedWeights weights = pack(w, 1, depth, format)) {
      products.multiply(Activations.float32(x, 1, depth), weights, Epilogue.NONE, out);
      WeightPacker reader = new WeightPacker(weights.layout(), weights.memory());
      double expected = (depth - 1) * small * reader.stored(0, 1) * (double) reader.channelScale(0);
      assertEquals(expected, Floats.get(out, 0), 1e-6 * expected);
    }
  }

  @Test
  void manyThreadsMultiplyAtOnce() throws InterruptedException {
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 6; t++) {
      PackedProductCase one = PackedProductCase.of(ProductTypes.values()[t], 20 + t, 200, 100, 3);
      Thread caller = new Thread(() -> assertEquals(Optional.empty(), run(one, 3)));
      caller.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(List.of(), failures);
  }

  @Test
  void wrongShapesAreRefused() {
    MemorySegment memory = memory(4 * 12);
    assertRefused("depth of the activations", () -> Activations.float32(memory, 2, 0));
    assertRefused("activations", () -> Activations.float32(memory, -1, 4));
    assertRefused("activations", () -> Activations.float32(memory, 4, 4));
    assertRefused("activations", () -> Activations.float32(memory, Long.MAX_VALUE, 4));
    assertRefused("scales", () -> Activations.int8(memory, memory.asSlice(0, 4), 2, 4));
    assertRefused("output channels", () -> pack(memory, 0, 4, WeightFormat.INT8));
    assertRefused("depth", () -> pack(memory, 4, 0, WeightFormat.INT8));
    assertRefused("weights", () -> pack(memory, 4, 4, WeightFormat.INT8));
    assertRefused("weights", () -> pack(memory, 1L << 40, 1L << 30, WeightFormat.FLOAT32));
    assertRefused("131072", () -> pack(memory, 1, 1 << 18, WeightFormat.INT8));
  }

  @Test
  void wrongOperandsAreRefused() {
    MemorySegment memory = memory(4 * 12);
    try (PackedWeights weights = pack(memory, 3, 4, WeightFormat.BF16)) {
      Activations x = Activations.float32(memory, 3, 4);
      Activations deep = Activations.float32(memory, 3, 3);
      Activations int8 = Activations.int8(memory, memory, 3, 4);
      MemorySegment out = memory(4 * 9);
      MemorySegment small = memory(4 * 2);
      Epilogue none = Epilogue.NONE;
      assertRefused("depth of 3", () -> products.multiply(deep, weights, none, out));
      assertRefused("INT8", () -> products.multiply(int8, weights, none, out));
      assertRefused("result", () -> products.multiply(x, weights, none, small));
      assertRefused("read-only", () -> products.multiply(x, weights, none, out.asReadOnly()));
      assertRefused("bias", () -> products.multiply(x, weights, none.withBias(small), out));
      assertRefused("residual", () -> products.multiply(x, weights, none.withResidual(small), out));
      assertRefused("float32", () -> products.quantize(small, Activations.int8(out, out, 2, 4)));
    }
  }

  @Test
  void resultsInWhatIsReadAreRefused() {
    MemorySegment memory = memory(4 * 24);
    MemorySegment out = memory.asSlice(4 * 12);
    try (PackedWeights weights = pack(memory(4 * 12), 3, 4, WeightFormat.INT8)) {
      Activations x = Activations.float32(memory.asSlice(4 * 3), 3, 4);
      Activations int8 = Activations.int8(memory, out.asSlice(4 * 8), 3, 4);
      Activations apart = Activations.float32(memory, 3, 4);
      Epilogue none = Epilogue.NONE;
      assertRefused("activations", () -> products.multiply(x, weights, none, out));
      assertRefused("scales", () -> products.multiply(int8, weights, none, out));
      assertRefused("bias", () -> products.multiply(apart, weights, none.withBias(out), out));
      MemorySegment shifted = memory.asSlice(4 * 11);
      assertRefused(
          "residual", () -> products.multiply(apart, weights, none.withResidual(shifted), out));
      products.multiply(apart, weights, none.withResidual(out), out);
    }
  }

  @Test
  void memoryThatThreadsCannotReadIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new float[12]);
    assertRefused("native", () -> Activations.float32(heap, 3, 4));
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment memory = confined.allocate(48);
      assertRefused("confined", () -> Activations.float32(memory, 3, 4));
    }
    MemorySegment memory = memory(4 * 12);
    PackedWeights weights = pack(memory, 3, 4, WeightFormat.INT4);
    weights.close();
    Activations x = Activations.float32(memory, 1, 4);
    assertRefused("closed", () -> products.multiply(x, weights, Epilogue.NONE, memory));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BF16", "BF16_ROWS"})
  void resultsDoNotDependOnTheNumberOfThreads(WeightFormat format) {
    int depth = 1100;
    MemorySegment memory = memory(4 * 100 * depth);
    for (int i = 0; i < 100 * depth; i++) {
      Floats.set(memory, i, (float) Math.sin(i));
    }
    MemorySegment out = memory(4 * 100 * 100);
    try (KernelThreads one = new KernelThreads(1);
        MatrixProducts alone = new MatrixProducts(one, body());
        PackedWeights weights = pack(memory, 100, depth, format)) {
      Activations x = Activations.float32(memory, 100, depth);
      products.multiply(x, weights, Epilogue.NONE, out);
      float[] several = out.toArray(ValueLayout.JAVA_FLOAT);
      alone.multiply(x, weights, Epilogue.NONE, out);
      assertArrayEquals(several, out.toArray(ValueLayout.JAVA_FLOAT));
    }
  }

  private static MemorySegment memory(long bytes) {
    return Arena.ofAuto().allocate(bytes, 4);
  }

  private PackedWeights pack(MemorySegment memory, long channels, long depth, WeightFormat format) {
    return PackedWeights.pack(memory, ElementType.FLOAT32, channels, depth, format, threads);
  }

  private static void assertRefused(String words, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }
}
