package io.mla4j.cuda.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mla4j.cuda.CudaDevice;
import io.mla4j.cuda.DeviceMemory;
import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.flashmla.verification.DecodeCase;
import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.flashmla.verification.DecodeTrial;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Needs a Hopper GPU, and is skipped where there is none. */
class CudaDecodeTest {

  private static CudaDevice device;
  private static CudaFlashMla mla;

  @BeforeAll
  static void open() {
    Optional<String> missing = CudaFlashMla.missing(0);
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    device = CudaDevice.open(0);
    mla = CudaFlashMla.on(device);
  }

  @AfterAll
  static void close() {
    if (mla != null) {
      mla.close();
      device.close();
    }
  }

  private static void check(List<DecodeCase> cases) {
    StagedDecoder decoder = new StagedDecoder(device, mla);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      DecodeTrial.run(decoder, cases.get(i), i, 5).ifPresent(wrong::add);
    }
    assertEquals(List.of(), wrong);
  }

  private static List<DecodeCase> everySoMany(List<DecodeCase> cases, int step) {
    return IntStream.range(0, cases.size())
        .filter(i -> i % step == 0)
        .mapToObj(cases::get)
        .filter(point -> point.shape().batch() < 64)
        .toList();
  }

  @Test
  void someOfTheDenseGrid() {
    check(everySoMany(DecodeCase.denseGrid(), 37));
  }

  @Test
  void emptySequencesAndSinks() {
    List<DecodeCase> all = DecodeCase.denseGrid();
    check(all.subList(all.size() - 16, all.size()));
  }

  @Test
  void someOfTheSparseGrid() {
    check(everySoMany(DecodeCase.sparseGrid(), 7));
  }

  @Test
  void scalesOfAnySign() {
    // The scale is fixed by the cases; a negative one turns the order of scores round.
    DecodeShape shape = new DecodeShape(1, 1, 16, 1, 576, 512);
    try (Call call = new Call(shape, 130, 3, 64)) {
      float[] plus = call.decode(0.1, 0, 1, 2);
      float[] minus = call.decode(-0.1, 0, 1, 2);
      float[] zero = call.decode(0, 0, 1, 2);
      for (int i = 0; i < plus.length; i++) {
        assertTrue(Float.isFinite(minus[i]) && Float.isFinite(zero[i]));
      }
      // With equal weights every head gives the mean of all values.
      for (int v = 0; v < 512; v++) {
        assertEquals(zero[v], zero[15 * 512 + v]);
      }
      assertTrue(IntStream.range(0, plus.length).anyMatch(i -> plus[i] != minus[i]));
    }
  }

  @Test
  void aBlockThatIsNotThereIsReportedAndNotRead() {
    DecodeShape shape = new DecodeShape(1, 1, 16, 1, 576, 512);
    try (Call call = new Call(shape, 130, 3, 64)) {
      float[] right = call.decode(0.1, 0, 1, 2);
      for (int wrong : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertEquals(
            "Entry 1 of the block table or the indices names nothing in the cache.",
            assertThrows(IllegalArgumentException.class, () -> call.decode(0.1, 0, wrong, 2))
                .getMessage());
      }
      assertEquals(List.of(right[0], right[600]), afterwards(call));
    }
  }

  private static List<Float> afterwards(Call call) {
    float[] again = call.decode(0.1, 0, 1, 2);
    return List.of(again[0], again[600]);
  }

  @Test
  void aTokenThatIsNotThereIsReported() {
    DecodeShape shape = new DecodeShape(1, 1, 16, 1, 576, 512);
    try (Call call = new Call(shape, 130, 3, 64)) {
      assertThrows(IllegalArgumentException.class, () -> call.sparse(5, 192, -1));
      assertThrows(IllegalArgumentException.class, () -> call.sparse(5, -2, -1));
      assertTrue(Float.isFinite(call.sparse(5, 191, -1)[0]));
    }
  }

  @Test
  void whatHasBeenClosedIsRefused() {
    DecodeShape shape = new DecodeShape(1, 1, 16, 1, 576, 512);
    try (Call call = new Call(shape, 130, 3, 64)) {
      CudaMetadata closed = mla.metadata(shape, new int[] {130});
      closed.close();
      closed.close();
      assertThrows(IllegalStateException.class, () -> mla.synchronize(closed));
      assertThrows(IllegalStateException.class, () -> call.run(mla, closed, 0.1, 0, 1, 2));
      try (CudaFlashMla other = CudaFlashMla.on(device);
          CudaMetadata metadata = mla.metadata(shape, new int[] {130})) {
        other.close();
        assertThrows(IllegalStateException.class, () -> call.run(other, metadata, 0.1, 0, 1, 2));
      }
    }
  }

  @Test
  void metadataOfAnotherDeviceIsRefused() {
    DecodeShape shape = new DecodeShape(1, 1, 16, 1, 576, 512);
    try (Call call = new Call(shape, 130, 3, 64);
        CudaDevice again = CudaDevice.open(0);
        CudaFlashMla other = CudaFlashMla.on(again);
        CudaMetadata metadata = other.metadata(shape, new int[] {130})) {
      assertThrows(IllegalArgumentException.class, () -> call.run(mla, metadata, 0.1, 0, 1, 2));
    }
  }

  @Test
  void nothingToAttendToGivesZeros() {
    DecodeShape shape = new DecodeShape(1, 2, 16, 1, 576, 512);
    try (Call call = new Call(shape, 0, 3, 64)) {
      assertEquals(0f, sumOfMagnitudes(call.decode(0.1, 0)));
      assertEquals(0f, sumOfMagnitudes(call.sparse(-1, -1, -1, -1)));
    }
  }

  private static float sumOfMagnitudes(float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return sum;
  }

  /** Random memory for one sequence. */
  private static final class Call implements AutoCloseable {

    private final DecodeShape shape;
    private final int tokens;
    private final int blocks;
    private final Arena arena = Arena.ofShared();
    private final DeviceMemory queries;
    private final DeviceMemory cache;
    private final DeviceMemory out;
    private final DeviceMemory logSumExp;

    Call(DecodeShape shape, int tokens, int blocks, int blockTokens) {
      this.shape = shape;
      this.tokens = tokens;
      this.blocks = blocks;
      this.queries = device.copyOf(random(shape.rows(), 1));
      this.cache = device.copyOf(random((long) blocks * blockTokens, 2));
      this.out = device.allocate(shape.rows() * 512 * Float.BYTES);
      this.logSumExp = device.allocate(shape.rows() * Float.BYTES);
    }

    private MemorySegment random(long rows, long seed) {
      MemorySegment memory = arena.allocate(rows * 576 * 2, 64);
      new DecodeRows(CacheFormat.BF16, 576, 512, seed).fill(memory, rows);
      return memory;
    }

    private DecodeResult result() {
      return new DecodeResult(out.segment(), ElementType.FLOAT32, logSumExp.segment());
    }

    private Queries queries() {
      return new Queries(queries.segment(), ElementType.BF16);
    }

    private PagedCache cache() {
      return new PagedCache(cache.segment(), CacheFormat.BF16, blocks, 64);
    }

    private DeviceMemory ints(int... values) {
      return device.copyOf(arena.allocateFrom(ValueLayout.JAVA_INT, values));
    }

    float[] decode(double scale, int... table) {
      try (CudaMetadata metadata = mla.metadata(shape, new int[] {tokens})) {
        run(mla, metadata, scale, table);
        mla.synchronize(metadata);
      }
      return read();
    }

    void run(CudaFlashMla by, CudaMetadata metadata, double scale, int... table) {
      try (DeviceMemory entries = ints(table)) {
        BlockTable paged = new BlockTable(entries.segment(), table.length);
        by.decode(metadata, queries(), cache(), paged, DecodeOptions.of(scale, true), result());
      }
    }

    float[] sparse(int... indices) {
      try (DeviceMemory entries = ints(indices);
          CudaMetadata metadata = mla.sparseMetadata(shape, indices.length / shape.queryTokens())) {
        TokenIndices listed = new TokenIndices(entries.segment(), metadata.length(0));
        mla.sparseDecode(
            metadata, queries(), cache(), listed, DecodeOptions.of(0.1, true), result());
        mla.synchronize(metadata);
      }
      return read();
    }

    private float[] read() {
      MemorySegment host = arena.allocate(out.byteSize(), 4);
      out.copyTo(host);
      return host.toArray(ValueLayout.JAVA_FLOAT);
    }

    @Override
    public void close() {
      List.of(queries, cache, out, logSumExp).forEach(DeviceMemory::close);
      arena.close();
    }
  }
}
