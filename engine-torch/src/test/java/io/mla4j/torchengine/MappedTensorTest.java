package io.mla4j.torchengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.tensor.AdamWStep;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.EngineOptions;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import io.mla4j.tensor.operation.AdamWUpdate;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tensors over mapped files, of which libtorch itself knows nothing. */
class MappedTensorTest {

  private static final float[] ELEMENTS = {1, -2, 0.5f, 3, 4, -1.5f};

  private final Engine engine =
      Engines.start("torch", new EngineOptions(io.mla4j.tensor.Device.CPU, 2));
  private TensorScope scope;

  @TempDir Path folder;

  @BeforeEach
  void open() {
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** [2, 3] of a file, from a byte on. */
  private Tensor map(Arena arena, DType dtype, long start) throws IOException {
    int bytes = ELEMENTS.length * dtype.bytes();
    ByteBuffer content = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    engine.ofFloats(ELEMENTS, 2, 3).cast(dtype).copyTo(MemorySegment.ofBuffer(content));
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("weights"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      file.write(content, start);
      MemorySegment all = file.map(FileChannel.MapMode.READ_ONLY, 0, start + bytes, arena);
      return engine.ofMapped(all.asSlice(start, bytes), dtype, 2, 3);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 0", "FLOAT32, 3", "BF16, 8", "BF16, 1"})
  void theyTakePartInOperations(DType dtype, long start) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      Tensor mapped = map(arena, dtype, start);
      assertArrayEquals(ELEMENTS, mapped.toFloats());
      Tensor x = engine.ofFloats(new float[] {1, 2, 4}, 1, 3);
      Tensor result = engine.linear(x, mapped, Optional.empty());
      assertEquals(DType.FLOAT32, result.dtype());
      assertArrayEquals(new float[] {-1, 5}, result.toFloats());
      assertArrayEquals(
          new float[] {0.5f, -1.5f}, mapped.transpose(0, 1).narrow(0, 2, 1).toFloats());
    }
  }

  @Test
  void operationsInPlaceAreRefused() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      Tensor mapped = map(arena, DType.FLOAT32, 0);
      Tensor other = engine.zeros(DType.FLOAT32, 2, 3);
      assertRefused("only read", () -> mapped.copyInPlace(other));
      Tensor view = mapped.reshape(3, 2).narrow(0, 1, 1);
      assertRefused("only read", () -> view.copyInPlace(other.narrow(0, 0, 1)));
      Tensor leaf = mapped.detach().requiresGrad(true);
      leaf.square().sum().backward();
      AdamWStep step = new AdamWStep(0.1, 0.9, 0.99, 1e-8, 0, 1);
      List<Tensor> moments = List.of(other);
      assertRefused(
          "only read", () -> engine.run(new AdamWUpdate(List.of(leaf), moments, moments, step)));
      Tensor own = mapped.mul(2);
      own.copyInPlace(other);
      assertArrayEquals(new float[6], own.toFloats());
      assertArrayEquals(ELEMENTS, mapped.toFloats());
    }
  }

  @Test
  void memoryThatWasFreedIsRefused() throws IOException {
    Tensor mapped;
    Tensor view;
    Tensor own;
    try (Arena arena = Arena.ofShared()) {
      mapped = map(arena, DType.BF16, 0);
      view = mapped.narrow(1, 0, 2);
      own = mapped.mul(1);
    }
    Tensor x = engine.zeros(DType.FLOAT32, 1, 3);
    assertRefused("freed", mapped::toFloats);
    assertRefused("freed", () -> view.add(1));
    assertRefused("freed", () -> engine.linear(x, mapped, Optional.empty()));
    assertRefused("freed", () -> own.add(mapped));
    assertArrayEquals(ELEMENTS, own.toFloats());
    mapped.close();
  }

  @Test
  void whatOtherThreadsMayNotReadIsCopied() {
    Tensor copied;
    try (Arena arena = Arena.ofConfined()) {
      copied = engine.ofMapped(arena.allocate(8).fill((byte) 0), DType.FLOAT32, 2);
    }
    assertArrayEquals(new float[2], copied.toFloats());
    MemorySegment array = MemorySegment.ofArray(new float[] {3});
    assertEquals(3, engine.ofMapped(array, DType.FLOAT32, 1).item());
  }

  /** x counts as what bf16 keeps of it; the result may be rounded to it. */
  @Test
  void bf16WeightsMeetFloat32() {
    Tensor weight = engine.ofFloats(new float[] {1, 0.5f, 0.25f, -1}, 2, 2).cast(DType.BF16);
    Tensor x = engine.ofFloats(new float[] {1 + 1f / 1024, 3, 1.7f, -2.3f}, 2, 2);
    Optional<Tensor> bias = Optional.of(engine.ofFloats(new float[] {10, 0}, 2));
    Tensor expected = new DefaultBodies(engine).linear(x, weight, bias);
    Tensor result = engine.linear(x, weight, bias);
    assertEquals(DType.FLOAT32, result.dtype());
    float[] should = expected.toFloats();
    float[] is = result.toFloats();
    for (int i = 0; i < is.length; i++) {
      assertEquals(should[i], is[i], Math.abs(should[i]) / 128);
    }
  }

  private static void assertRefused(String part, Executable call) {
    String message = assertThrows(IllegalStateException.class, call).getMessage();
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
