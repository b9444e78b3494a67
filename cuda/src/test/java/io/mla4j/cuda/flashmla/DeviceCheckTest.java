package io.mla4j.cuda.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A device of which only the addresses matter. */
class DeviceCheckTest {

  private static final DecodeShape SHAPE = new DecodeShape(2, 1, 16, 1, 576, 512);
  private static final MemorySegment QUERIES = MemorySegment.ofAddress(0x10_0000);
  private static final MemorySegment CACHE = MemorySegment.ofAddress(0x20_0000);
  private static final MemorySegment OUT = MemorySegment.ofAddress(0x80_0000);
  private static final MemorySegment TABLE = MemorySegment.ofAddress(0xB0_0000);
  private static final MemorySegment LSE = MemorySegment.ofAddress(0x90_0000);

  private final TreeMap<Long, Long> memories =
      new TreeMap<>(
          Map.of(
              QUERIES.address(), 2L * 16 * 576 * 2,
              CACHE.address(), 8L * 64 * 576 * 2,
              OUT.address(), 2L * 16 * 512 * 2,
              LSE.address(), 2L * 16 * 4));

  private final DeviceCheck check = new DeviceCheck(this::bytesFrom);

  private long bytesFrom(MemorySegment segment) {
    Map.Entry<Long, Long> memory = memories.floorEntry(segment.address());
    return memory == null ? 0 : memory.getKey() + memory.getValue() - segment.address();
  }

  private void run(MemorySegment queries, MemorySegment cache, MemorySegment out) {
    check.common(
        SHAPE,
        new Queries(queries, ElementType.BF16),
        new PagedCache(cache, CacheFormat.BF16, 8, 64),
        TABLE,
        DecodeOptions.of(1, true),
        new DecodeResult(out, ElementType.BF16, LSE));
  }

  private static String message(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void whatFitsIsTaken() {
    run(QUERIES, CACHE, OUT);
  }

  @Test
  void memoryOfTheHostIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(1 << 20);
      assertEquals(
          "queries must be memory of the device, as of DeviceMemory.segment, not of the host.",
          message(() -> run(host, CACHE, OUT)));
    }
  }

  @Test
  void tooLittleMemoryIsRefused() {
    memories.put(CACHE.address(), 1000L);
    assertEquals(
        "cache needs 589,824 bytes, but its memory on the device has 1,000.",
        message(() -> run(QUERIES, CACHE, OUT)));
  }

  @Test
  void addressesBetweenElementsAreRefused() {
    memories.put(QUERIES.address(), 1L << 19);
    assertEquals(
        "queries must be aligned to 16 bytes.",
        message(() -> run(MemorySegment.ofAddress(QUERIES.address() + 8), CACHE, OUT)));
  }

  @Test
  void resultsOverWhatIsReadAreRefused() {
    assertEquals(
        "out shares memory with what else the call uses.",
        message(() -> run(QUERIES, CACHE, MemorySegment.ofAddress(CACHE.address() + 1024))));
  }

  @Test
  void resultsOverTheBlockTableAreRefused() {
    memories.put(TABLE.address(), 2L * 16 * 512 * 2);
    assertEquals(
        "out shares memory with what else the call uses.",
        message(() -> run(QUERIES, CACHE, TABLE)));
  }

  @Test
  void sizesThatOverflowAreRefused() {
    DecodeShape shape = new DecodeShape(1, 1, 1024, 1024, 576, 512);
    memories.put(QUERIES.address(), 1L << 20);
    assertEquals(
        "cache would have more than 2^63 bytes.",
        message(
            () ->
                check.common(
                    shape,
                    new Queries(QUERIES, ElementType.BF16),
                    new PagedCache(CACHE, CacheFormat.BF16, 1 << 30, 1 << 30),
                    TABLE,
                    DecodeOptions.of(1, true),
                    new DecodeResult(OUT, ElementType.BF16, LSE))));
  }

  @Test
  void otherFormatsAreRefused() {
    assertEquals(
        "On CUDA queries and cache are bf16, not BF16 and FP8.",
        message(
            () ->
                check.common(
                    SHAPE,
                    new Queries(QUERIES, ElementType.BF16),
                    new PagedCache(CACHE, CacheFormat.FP8, 8, 64),
                    TABLE,
                    DecodeOptions.of(1, true),
                    new DecodeResult(OUT, ElementType.BF16, LSE))));
  }

  @Test
  void shortSinksAreRefused() {
    memories.put(0xA0_0000L, 4L);
    Optional<MemorySegment> sinks = Optional.of(MemorySegment.ofAddress(0xA0_0000));
    assertEquals(
        "sinks needs 64 bytes, but its memory on the device has 4.",
        message(
            () ->
                check.common(
                    SHAPE,
                    new Queries(QUERIES, ElementType.BF16),
                    new PagedCache(CACHE, CacheFormat.BF16, 8, 64),
                    TABLE,
                    new DecodeOptions(1, true, sinks),
                    new DecodeResult(OUT, ElementType.BF16, LSE))));
  }

  @Test
  void otherWidthsAreRefused() {
    assertEquals(
        "On CUDA keys have a width of 576 and values of 512, not 192 and 128.",
        message(() -> DeviceCheck.shape(new DecodeShape(1, 1, 1, 1, 192, 128))));
  }
}
