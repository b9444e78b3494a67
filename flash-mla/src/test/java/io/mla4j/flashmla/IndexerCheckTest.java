package io.mla4j.flashmla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mla4j.flashmla.cache.BlockTable;
import io.mla4j.flashmla.cache.CacheFormat;
import io.mla4j.flashmla.cache.PagedCache;
import io.mla4j.flashmla.cache.TokenIndices;
import io.mla4j.flashmla.indexer.IndexerMetadata;
import io.mla4j.flashmla.indexer.IndexerQueries;
import io.mla4j.flashmla.indexer.IndexerShape;
import io.mla4j.kernels.memory.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Every wrong argument is refused by name, before anything is written. */
class IndexerCheckTest {

  private static final IndexerShape SHAPE = new IndexerShape(2, 3, 4, 8);

  private final FlashMla mla = FlashMla.start(1);
  private final IndexerMetadata metadata = mla.indexerMetadata(SHAPE, new int[] {5, 9}, true);
  private final IndexerQueries queries = queries(2 * 3 * 4 * 8 * 2, 2 * 3 * 4 * 4);
  private final PagedCache cache = cache(4 * 4 * 16);
  private final BlockTable table = new BlockTable(bytes(2 * 3 * 4), 3);
  private final MemorySegment scores = bytes(2 * 3 * 9 * 4);
  private final TokenIndices indices = new TokenIndices(bytes(2 * 3 * 4 * 4), 4);

  @AfterEach
  void nothingWasWritten() {
    assertEquals(0, scores.get(ValueLayout.JAVA_INT, 0));
    assertEquals(-1, scores.asByteBuffer().mismatch(bytes(scores.byteSize()).asByteBuffer()));
    mla.close();
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(count, 64);
  }

  private static IndexerQueries queries(long bytes, long weightBytes) {
    return new IndexerQueries(bytes(bytes), ElementType.BF16, bytes(weightBytes));
  }

  private static PagedCache cache(long bytes) {
    return new PagedCache(bytes(bytes), CacheFormat.BF16, 4, 4);
  }

  private static void refused(String sentence, Executable call) {
    assertEquals(sentence, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  private void refused(String sentence, IndexerQueries q, PagedCache c, BlockTable t) {
    refused(sentence, () -> mla.indexScores(metadata, q, c, t, scores));
    refused(sentence, () -> mla.selectTokens(metadata, q, c, t, indices));
  }

  @Test
  void shapes() {
    refused("batch must be 0 or more, not -1.", () -> new IndexerShape(-1, 1, 4, 8));
    refused("queryTokens must be 1 or more, not 0.", () -> new IndexerShape(1, 0, 4, 8));
    refused("heads must be 1 to 16384, not 0.", () -> new IndexerShape(1, 1, 0, 8));
    refused("width must be 1 to 16384, not 16385.", () -> new IndexerShape(1, 1, 4, 16385));
    refused(
        "cacheLengths needs a length for each of 2 sequences, not 1.",
        () -> mla.indexerMetadata(SHAPE, new int[] {5}, true));
    refused(
        "A cache length must be 0 or more, not -2.",
        () -> mla.indexerMetadata(SHAPE, new int[] {5, -2}, true));
  }

  @Test
  void memory() {
    refused("queries needs 384 bytes, but its memory has 383.", queries(383, 96), cache, table);
    refused("weights needs 96 bytes, but its memory has 92.", queries(384, 92), cache, table);
    refused("cache needs 256 bytes, but its memory has 255.", queries, cache(255), table);
    refused(
        "blockTable needs 24 bytes, but its memory has 20.",
        queries,
        cache,
        new BlockTable(bytes(20), 3));
    refused(
        "scores needs 216 bytes, but its memory has 215.",
        () -> mla.indexScores(metadata, queries, cache, table, bytes(215)));
    refused(
        "scores is read-only.",
        () -> mla.indexScores(metadata, queries, cache, table, scores.asReadOnly()));
    refused(
        "indices needs 96 bytes, but its memory has 95.",
        () -> mla.selectTokens(metadata, queries, cache, table, new TokenIndices(bytes(95), 4)));
    refused(
        "topK must be 0 or more, not -1.",
        () -> mla.selectTokens(metadata, queries, cache, table, new TokenIndices(bytes(96), -1)));
  }

  @Test
  void blocks() {
    refused(
        "Sequence 1 has 9 tokens, but the 2 blocks of its row of the blockTable hold 8.",
        queries,
        cache,
        new BlockTable(bytes(16), 2));
    MemorySegment wrong = bytes(24);
    wrong.setAtIndex(ValueLayout.JAVA_INT, 4, 4);
    refused(
        "blockTable[1][1] is 4, but the cache has the blocks 0 to 3.",
        queries,
        cache,
        new BlockTable(wrong, 3));
  }

  @Test
  void formats() {
    IndexerShape odd = new IndexerShape(1, 1, 4, 6);
    PagedCache int8 = new PagedCache(bytes(1000), CacheFormat.INT8, 4, 4);
    refused(
        "A cache in INT8 needs a width and a valueWidth each a multiple of 4, not 6 and 6.",
        () ->
            mla.indexScores(
                mla.indexerMetadata(odd, new int[] {5}, true), queries, int8, table, scores));
  }

  @Test
  void rows() {
    refused(
        "A matrix has 0 or more rows and columns, not -1 and 3.",
        () -> mla.topK(scores, -1, 3, indices));
    refused(
        "rows needs 240 bytes, but its memory has 216.", () -> mla.topK(scores, 6, 10, indices));
    refused(
        "indices needs 112 bytes, but its memory has 96.", () -> mla.topK(scores, 7, 7, indices));
    refused(
        "indices shares memory with what is read.",
        () -> mla.topK(indices.memory(), 1, 4, indices));
  }
}
