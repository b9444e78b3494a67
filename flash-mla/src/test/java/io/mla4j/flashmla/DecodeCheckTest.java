package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.Int8Row;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.decode.DecodeOptions;
import io.mla4j.flashmla.decode.DecodeResult;
import io.mla4j.flashmla.decode.DecodeShape;
import io.mla4j.flashmla.decode.MlaMetadata;
import io.mla4j.flashmla.decode.Queries;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every wrong argument is refused by name, before anything is written. */
class DecodeCheckTest {

  private static final DecodeShape SHAPE = new DecodeShape(1, 1, 4, 1, 8, 6);

  private final FlashMla mla = FlashMla.start(1);
  private final MlaMetadata metadata = mla.metadata(SHAPE, new int[] {10});
  private final DecodeOptions options = DecodeOptions.of(1, true);
  private final Queries queries = new Queries(bytes(64), ElementType.BF16);
  private final PagedCache cache = new PagedCache(bytes(3 * 4 * 16), CacheFormat.BF16, 3, 4);
  private final BlockTable table = new BlockTable(ints(2, 0, 1), 3);
  private final DecodeResult result =
      new DecodeResult(bytes(4 * 6 * 4), ElementType.FLOAT32, bytes(16));

  @AfterEach
  void nothingWasWritten() {
    assertEquals(0, result.out().get(ValueLayout.JAVA_INT, 0));
    mla.close();
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }

  private static MemorySegment ints(int... values) {
    return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, values);
  }

  private static void refused(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void shapes() {
    refused("batch must be 0 or more, not -1.", () -> new DecodeShape(-1, 1, 4, 1, 8, 8));
    refused(
        "keyHeads must be 1 or more and divide the 4 query heads, not 3.",
        () -> new DecodeShape(1, 1, 4, 3, 8, 8));
    refused(
        "width must be an even number from 2 to 16384, not 7.",
        () -> new DecodeShape(1, 1, 4, 1, 7, 7));
    refused("valueWidth must be 1 to the width 8, not 9.", () -> new DecodeShape(1, 1, 4, 1, 8, 9));
  }

  @Test
  void resultsInWhatIsRead() {
    DecodeResult overQueries =
        new DecodeResult(bytes(4 * 6 * 4), ElementType.FLOAT32, queries.memory());
    refused(
        "logSumExp shares memory with what is read.",
        () -> mla.decode(metadata, queries, cache, table, options, overQueries));
    DecodeResult overCache = new DecodeResult(cache.memory(), ElementType.FLOAT32, bytes(16));
    refused(
        "out shares memory with what is read.",
        () -> mla.decode(metadata, queries, cache, table, options, overCache));
  }

  @Test
  void lengths() {
    refused(
        "cacheLengths needs a length for each of 1 sequences, not 2.",
        () -> mla.metadata(SHAPE, new int[] {1, 2}));
    refused("A cache length must be 0 or more, not -3.", () -> mla.metadata(SHAPE, new int[] {-3}));
    refused("topK must be 0 or more, not -1.", () -> mla.sparseMetadata(SHAPE, -1));
    MlaMetadata longer = mla.metadata(SHAPE, new int[] {13});
    refused(
        "Sequence 0 has 13 tokens, but the 3 blocks of its row of the blockTable hold 12.",
        () -> mla.decode(longer, queries, cache, table, options, result));
  }

  @Test
  void shortMemory() {
    refused(
        "queries needs 64 bytes, but its memory has 62.",
        () ->
            mla.decode(
                metadata, new Queries(bytes(62), ElementType.BF16), cache, table, options, result));
    refused(
        "cache needs 192 bytes, but its memory has 191.",
        () ->
            mla.decode(
                metadata,
                queries,
                new PagedCache(bytes(191), CacheFormat.BF16, 3, 4),
                table,
                options,
                result));
    refused(
        "logSumExp needs 16 bytes, but its memory has 12.",
        () ->
            mla.decode(
                metadata,
                queries,
                cache,
                table,
                options,
                new DecodeResult(result.out(), ElementType.FLOAT32, bytes(12))));
    refused(
        "blockTable needs 12 bytes, but its memory has 8.",
        () -> mla.decode(metadata, queries, cache, new BlockTable(ints(0, 1), 3), options, result));
  }

  @Test
  void sizesThatOverflow() {
    int most = Integer.MAX_VALUE;
    refused(
        "batch, queryTokens and heads make more than 2^40 query rows: %d, %d and 128."
            .formatted(most, most),
        () -> new DecodeShape(most, most, 128, 1, 8192, 8192));
    PagedCache vast = new PagedCache(bytes(8), CacheFormat.BF16, most, most);
    DecodeShape wide = new DecodeShape(1, 1, 1, 1, 1 << 14, 1);
    MlaMetadata empty = mla.metadata(wide, new int[1]);
    Queries some = new Queries(bytes(1 << 15), ElementType.BF16);
    refused(
        "cache would have more than 2^63 bytes.",
        () -> mla.decode(empty, some, vast, table, options, result));
  }

  @Test
  void kindsOfMemory() {
    refused(
        "queries must be native memory that all threads may use, as of Arena.ofShared or ofAuto.",
        () ->
            mla.decode(
                metadata,
                new Queries(MemorySegment.ofArray(new byte[64]), ElementType.BF16),
                cache,
                table,
                options,
                result));
    try (Arena confined = Arena.ofConfined()) {
      refused(
          "queries must be native memory that all threads may use, as of Arena.ofShared or ofAuto.",
          () ->
              mla.decode(
                  metadata,
                  new Queries(confined.allocate(64), ElementType.BF16),
                  cache,
                  table,
                  options,
                  result));
    }
    refused(
        "queries must be aligned to its elements of 2 bytes.",
        () ->
            mla.decode(
                metadata,
                new Queries(bytes(80).asSlice(1), ElementType.BF16),
                cache,
                table,
                options,
                result));
    refused(
        "out is read-only.",
        () ->
            mla.decode(
                metadata,
                queries,
                cache,
                table,
                options,
                new DecodeResult(
                    result.out().asReadOnly(), ElementType.FLOAT32, result.logSumExp())));
  }

  @Test
  void positions() {
    refused(
        "blockTable[0][1] is 3, but the cache has the blocks 0 to 2.",
        () ->
            mla.decode(
                metadata, queries, cache, new BlockTable(ints(0, 3, 1), 3), options, result));
    refused(
        "blockTable[0][2] is -1, but the cache has the blocks 0 to 2.",
        () ->
            mla.decode(
                metadata, queries, cache, new BlockTable(ints(0, 2, -1), 3), options, result));
    MlaMetadata two = mla.sparseMetadata(SHAPE, 2);
    refused(
        "Index 1 of query 0 is 12, but the cache has the tokens 0 to 11, and -1 is none.",
        () ->
            mla.sparseDecode(
                two, queries, cache, new TokenIndices(ints(0, 12), 2), options, result));
    refused(
        "The metadata was made for lists of 2 tokens, not of 3.",
        () ->
            mla.sparseDecode(
                two, queries, cache, new TokenIndices(ints(0, 1, 2), 3), options, result));
    refused(
        "The metadata divides lists of tokens; with a block table it comes from metadata.",
        () -> mla.decode(two, queries, cache, table, options, result));
  }

  @Test
  void formats() {
    refused(
        "A cache in INT8 needs a width and a valueWidth each a multiple of 4, not 8 and 6.",
        () ->
            mla.decode(
                metadata,
                queries,
                new PagedCache(bytes(3 * 4 * 24), CacheFormat.INT8, 3, 4),
                table,
                options,
                result));
    refused(
        "A cache in FP8 needs a valueWidth a multiple of 128, not 8 and 6.",
        () ->
            mla.decode(
                metadata,
                queries,
                new PagedCache(bytes(3 * 4 * 24), CacheFormat.FP8, 3, 4),
                table,
                options,
                result));
    refused(
        "A token to be quantized must be finite.",
        () -> Int8Row.quantize(new float[] {1, Float.NaN}, 2, bytes(18), 0));
  }

  @Test
  void numbers() {
    refused("The scale must be finite, not NaN.", () -> DecodeOptions.of(Double.NaN, true));
    MemorySegment sinks = bytes(16);
    sinks.setAtIndex(ValueLayout.JAVA_FLOAT, 2, Float.NaN);
    refused(
        "The sink of head 2 is not a number.",
        () ->
            mla.decode(
                metadata,
                queries,
                cache,
                table,
                new DecodeOptions(1, true, Optional.of(sinks)),
                result));
  }
}
