package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.memory.Bf16;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors over mapped files. */
class MappedTensorTest extends EngineTestCase {

  private static final int ROWS = 70;
  private static final int COLUMNS = 45;

  @TempDir Path folder;

  /** A file with elements from a byte on, and zeros before. */
  private MemorySegment map(Arena arena, long start, DType dtype, Tensor elements)
      throws IOException {
    long bytes = elements.shape().size() * dtype.bytes();
    ByteBuffer content = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    elements.cast(dtype).copyTo(MemorySegment.ofBuffer(content));
    return map(arena, start, content);
  }

  private MemorySegment map(Arena arena, long start, ByteBuffer content) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("weights"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      long bytes = content.remaining();
      file.write(content, start);
      return file.map(FileChannel.MapMode.READ_ONLY, 0, start + bytes, arena).asSlice(start, bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({"BF16, 0", "BF16, 1", "BF16, 8", "FLOAT32, 0", "FLOAT32, 2", "FLOAT32, 3"})
  void theyTakePartInEveryOperation(DType dtype, long start) throws IOException {
    Tensor elements = gaussian(dtype, ROWS, COLUMNS);
    try (Arena arena = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      Tensor mapped = ENGINE.ofMapped(map(arena, start, dtype, elements), dtype, ROWS, COLUMNS);
      DefaultBodies plain = new DefaultBodies(ENGINE);
      ENGINE.prepareLinear(mapped);
      for (long rows : new long[] {1, 30}) {
        Tensor x = gaussian(DType.FLOAT32, rows, COLUMNS);
        assertClose(
            plain.linear(x, elements, Optional.empty()),
            ENGINE.linear(x, mapped, Optional.empty()),
            2e-5);
      }
      Tensor ids = ENGINE.ofLongs(new long[] {69, 0, 3}, 3);
      assertClose(plain.embedding(elements, ids), ENGINE.embedding(mapped, ids), 0);
      assertClose(elements, mapped, 0);
      assertClose(elements.add(elements), mapped.add(mapped), 0);
      assertClose(elements.transpose(0, 1).contiguous(), mapped.transpose(0, 1).contiguous(), 0);
      assertClose(elements.narrow(0, 7, 3).sum(1), mapped.narrow(0, 7, 3).sum(1), 1e-6);
    }
  }

  @Test
  void theyHoldNoMemory() throws IOException {
    Tensor elements = gaussian(DType.BF16, ROWS, COLUMNS);
    Tensor x = gaussian(DType.FLOAT32, 3, COLUMNS);
    try (Arena arena = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      MemorySegment file = map(arena, 4, DType.BF16, elements);
      ENGINE.linear(x, elements, Optional.empty()).close();
      long before = ENGINE.allocatedBytes();
      Tensor mapped = ENGINE.ofMapped(file, DType.BF16, ROWS, COLUMNS);
      ENGINE.prepareLinear(mapped);
      ENGINE.linear(x, mapped, Optional.empty()).close();
      assertEquals(before, ENGINE.allocatedBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void operationsInPlaceAreRefused(long start) throws IOException {
    Tensor elements = gaussian(DType.BF16, ROWS, COLUMNS);
    try (Arena arena = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      Tensor mapped =
          ENGINE.ofMapped(map(arena, start, DType.BF16, elements), DType.BF16, ROWS, COLUMNS);
      assertRefused("only read", () -> mapped.copyInPlace(elements));
      Tensor view = mapped.narrow(0, 1, 2);
      assertRefused("only read", () -> view.copyInPlace(elements.narrow(0, 1, 2)));
      assertClose(elements, mapped, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"BF16", "FLOAT32"})
  void memoryThatWasFreedIsRefused(DType dtype) throws IOException {
    Tensor elements = gaussian(dtype, ROWS, COLUMNS);
    Tensor x = gaussian(DType.FLOAT32, 3, COLUMNS);
    Tensor mapped;
    Tensor view;
    try (Arena arena = Arena.ofShared()) {
      mapped = ENGINE.ofMapped(map(arena, 8, dtype, elements), dtype, ROWS, COLUMNS);
      view = mapped.reshape(COLUMNS, ROWS).transpose(0, 1);
      if (dtype == DType.BF16) {
        ENGINE.linear(x, mapped, Optional.empty());
      }
    }
    assertRefused("freed", () -> ENGINE.linear(x, mapped, Optional.empty()));
    assertRefused("freed", () -> mapped.add(mapped));
    assertRefused("freed", mapped::toFloats);
    assertRefused("freed", () -> ENGINE.embedding(mapped, ENGINE.ofLongs(new long[] {1}, 1)));
    assertRefused("freed", view::contiguous);
    assertRefused("freed", () -> ENGINE.prepareLinear(mapped));
  }

  @Test
  void wrongSizesAreRefused() throws IOException {
    Tensor elements = gaussian(DType.BF16, 4, 4);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment file = map(arena, 0, DType.BF16, elements);
      assertRefused("16 elements", () -> ENGINE.ofMapped(file.asSlice(0, 31), DType.BF16, 4, 4));
    }
  }

  /** What other threads may not read is copied. */
  @Test
  void confinedMemoryAndArraysAreCopied() {
    Tensor fromArray = ENGINE.ofMapped(MemorySegment.ofArray(new float[] {1, 2}), DType.FLOAT32, 2);
    Tensor fromConfined;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 3, 4);
      fromConfined = ENGINE.ofMapped(memory, DType.FLOAT32, 2);
    }
    assertElements(fromArray, 1, 2);
    assertElements(fromConfined, 3, 4);
  }

  /** A file of which all but the end is a hole. */
  @Test
  void tensorsMayLieBeyondTwoGibibytes() throws IOException {
    long start = (5L << 30) + 3;
    ByteBuffer content = ByteBuffer.allocateDirect(2 * 2 * 3).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 6; i++) {
      content.putShort(2 * i, Bf16.of(i + 1));
    }
    try (Arena arena = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      Tensor mapped = ENGINE.ofMapped(map(arena, start, content), DType.BF16, 2, 3);
      Tensor x = ENGINE.ofFloats(new float[] {1, 10, 100}, 1, 3);
      assertElements(ENGINE.linear(x, mapped, Optional.empty()), 321, 654);
    }
  }

  @Test
  void oneTensorMayBeLargerThanTwoGibibytes() throws IOException {
    long rows = 5;
    long columns = 1L << 29;
    ByteBuffer last = ByteBuffer.allocateDirect(2).order(ByteOrder.nativeOrder());
    last.putShort(0, Bf16.of(7));
    try (Arena arena = Arena.ofShared();
        TensorScope scope = TensorScope.open()) {
      map(arena, rows * columns * 2 - 2, last);
      try (FileChannel file = FileChannel.open(folder.resolve("weights"))) {
        MemorySegment all = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
        Tensor mapped = ENGINE.ofMapped(all, DType.BF16, rows, columns);
        Tensor corner = mapped.narrow(0, 4, 1).narrow(1, columns - 2, 2);
        assertArrayEquals(new float[] {0, 7}, corner.toFloats());
      }
    }
  }
}
