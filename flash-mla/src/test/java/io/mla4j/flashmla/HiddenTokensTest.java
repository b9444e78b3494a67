package io.mla4j.flashmla;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.flashmla.verification.DecodeRows;
import io.mla4j.kernels.Bf16;
import io.mla4j.kernels.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is NaN or infinite in a token shows in the queries that see it and is as good as zeros to
 * all others, in both twins, in every format and for every way to hide a token.
 */
class HiddenTokensTest {

  private static final int WIDTH = 192;
  private static final int VALUE_WIDTH = 128;

  /** Int8 weights are a little different where the tile of a query has other tokens in it. */
  private static final float TOLERANCE = 2e-3f;

  private final FlashMla[] twins = {FlashMla.start(2), FlashMla.startInJava(2)};

  @AfterEach
  void close() {
    Arrays.stream(twins).forEach(FlashMla::close);
  }

  /** Whether a query sees the token that is looked at. */
  interface Sees {
    boolean test(int query);
  }

  private static MemorySegment bytes(long count) {
    return Arena.ofAuto().allocate(Math.max(1, count), 64);
  }

  private static MemorySegment rows(CacheFormat format, long count, int width, int valueWidth) {
    MemorySegment rows = bytes(count * format.rowBytes(width, valueWidth));
    new DecodeRows(format, width, valueWidth, count).fill(rows, count);
    return rows;
  }

  private static CacheFormat formatOf(ElementType type) {
    return type == ElementType.BF16 ? CacheFormat.BF16 : CacheFormat.FLOAT32;
  }

  /** In every format a row of these bytes is NaN. */
  private static void fillWithNaN(MemorySegment row) {
    row.fill((byte) -1);
  }

  private static void fillWithInfinity(CacheFormat format, MemorySegment row, int width) {
    for (int d = 0; d < width; d++) {
      switch (format) {
        case FLOAT32 -> row.set(JAVA_FLOAT_UNALIGNED, 4L * d, Float.NEGATIVE_INFINITY);
        case BF16 -> row.set(JAVA_SHORT_UNALIGNED, 2L * d, Bf16.of(Float.NEGATIVE_INFINITY));
        case INT8, FP8 -> row.set(JAVA_BYTE, d, (byte) 0x38);
      }
    }
    if (format == CacheFormat.INT8) {
      row.set(JAVA_FLOAT_UNALIGNED, width, Float.POSITIVE_INFINITY);
      row.set(JAVA_FLOAT_UNALIGNED, width + 4, Float.POSITIVE_INFINITY);
    } else if (format == CacheFormat.FP8) {
      row.set(JAVA_FLOAT_UNALIGNED, VALUE_WIDTH, Float.POSITIVE_INFINITY);
    }
  }

  /**
   * Runs with a row of zeros, of infinities and of NaN, and compares.
   *
   * @param run returns the outputs of all queries, one after another
   */
  private static void check(
      CacheFormat format,
      MemorySegment row,
      int width,
      Supplier<float[]> run,
      int queries,
      Sees sees,
      String what) {
    byte[] before = row.toArray(JAVA_BYTE);
    row.fill((byte) 0);
    float[] clean = run.get();
    fillWithInfinity(format, row, width);
    float[] infinite = run.get();
    fillWithNaN(row);
    float[] nan = run.get();
    int elements = clean.length / queries;
    for (int i = 0; i < clean.length; i++) {
      String where = what + ", query " + i / elements + ", element " + i % elements;
      if (sees.test(i / elements)) {
        assertEquals(Float.NaN, nan[i], where + ", seen");
      } else {
        assertEquals(clean[i], nan[i], TOLERANCE, where + ", hidden");
        assertEquals(clean[i], infinite[i], TOLERANCE, where + ", hidden infinity");
      }
    }
    MemorySegment.copy(before, 0, row, JAVA_BYTE, 0, before.length);
  }

  @ParameterizedTest
  @EnumSource(CacheFormat.class)
  void aDecodeHidesByCausalityAndLength(CacheFormat format) {
    int tokens = 300;
    for (int queries : new int[] {1, 2, 3, 7}) {
      for (int heads : new int[] {1, 3, 16, 40}) {
        for (boolean causal : new boolean[] {true, false}) {
          decode(format, tokens, queries, heads, causal);
        }
      }
    }
  }

  private void decode(CacheFormat format, int tokens, int queries, int heads, boolean causal) {
    DecodeShape shape = new DecodeShape(1, queries, heads, 1, WIDTH, VALUE_WIDTH);
    int blockTokens = 64;
    int blocks = 5;
    MemorySegment cache = rows(format, (long) blocks * blockTokens, WIDTH, VALUE_WIDTH);
    MemorySegment query = rows(CacheFormat.FLOAT32, shape.rows(), WIDTH, VALUE_WIDTH);
    MemorySegment table = bytes(4L * blocks);
    IntStream.range(0, blocks).forEach(i -> table.setAtIndex(JAVA_INT, i, i));
    long rowBytes = format.rowBytes(WIDTH, VALUE_WIDTH);
    for (FlashMla mla : twins) {
      MlaMetadata metadata = mla.metadata(shape, new int[] {tokens});
      for (int bad : new int[] {0, 17, 293, 296, 298, 299, 300, 319}) {
        check(
            format,
            cache.asSlice(bad * rowBytes, rowBytes),
            WIDTH,
            () ->
                output(
                    shape,
                    result ->
                        mla.decode(
                            metadata,
                            new Queries(query, ElementType.FLOAT32),
                            new PagedCache(cache, format, blocks, blockTokens),
                            new BlockTable(table, blocks),
                            DecodeOptions.of(0.1, causal),
                            result)),
            queries,
            t -> bad < tokens && (!causal || bad <= tokens - queries + t),
            "%s, causal %s, token %d, %s".formatted(shape, causal, bad, mla.description(format)));
      }
    }
  }

  private static float[] output(DecodeShape shape, Consumer<DecodeResult> run) {
    MemorySegment out = bytes(shape.rows() * shape.valueWidth() * 4);
    run.accept(new DecodeResult(out, ElementType.FLOAT32, bytes(shape.rows() * 4)));
    return out.toArray(JAVA_FLOAT);
  }

  /** Lists without the token, and places in them that are empty. */
  @ParameterizedTest
  @EnumSource(CacheFormat.class)
  void listsHideWhatTheyLeaveOut(CacheFormat format) {
    int queries = 3;
    int topK = 70;
    int tokens = 200;
    int bad = 5;
    for (int heads : new int[] {1, 3, 40}) {
      DecodeShape shape = new DecodeShape(1, queries, heads, 1, WIDTH, VALUE_WIDTH);
      MemorySegment cache = rows(format, tokens, WIDTH, VALUE_WIDTH);
      MemorySegment query = rows(CacheFormat.FLOAT32, shape.rows(), WIDTH, VALUE_WIDTH);
      MemorySegment list = bytes(4L * queries * topK);
      for (int i = 0; i < queries * topK; i++) {
        int token = i % 9 == 0 ? -1 : 6 + i % 190;
        list.setAtIndex(JAVA_INT, i, i == topK + 13 ? bad : token);
      }
      PagedCache pool = new PagedCache(cache, format, 1, tokens);
      TokenIndices indices = new TokenIndices(list, topK);
      Queries all = new Queries(query, ElementType.FLOAT32);
      DecodeOptions options = DecodeOptions.of(0.1, false);
      long rowBytes = format.rowBytes(WIDTH, VALUE_WIDTH);
      MemorySegment row = cache.asSlice(bad * rowBytes, rowBytes);
      for (FlashMla mla : twins) {
        MlaMetadata metadata = mla.sparseMetadata(shape, topK);
        check(
            format,
            row,
            WIDTH,
            () ->
                output(shape, out -> mla.sparseDecode(metadata, all, pool, indices, options, out)),
            queries,
            t -> t == 1,
            "decode of " + shape);
        check(
            format,
            row,
            WIDTH,
            () ->
                output(
                    shape,
                    out ->
                        mla.sparsePrefill(
                            shape,
                            all,
                            pool,
                            indices,
                            options,
                            new SparsePrefillResult(
                                out.out(), out.type(), bytes(4 * shape.rows()), out.logSumExp()))),
            queries,
            t -> t == 1,
            "prefill of " + shape);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void aPrefillHidesByCausalityAndSequence(ElementType type) {
    for (int[] heads : new int[][] {{1, 1}, {2, 2}, {6, 2}, {16, 1}}) {
      for (int[] width : new int[][] {{192, 128}, {33, 17}}) {
        for (boolean causal : new boolean[] {true, false}) {
          PrefillShape shape = new PrefillShape(heads[0], heads[1], width[0], width[1]);
          prefill(type, shape, causal, new int[] {0, 40, 41, 141}, new int[] {0, 40, 300, 401});
          prefill(type, shape, causal, new int[] {0, 9}, new int[] {0, 5});
        }
      }
    }
  }

  private void prefill(
      ElementType type, PrefillShape shape, boolean causal, int[] queryStarts, int[] keyStarts) {
    int queries = queryStarts[queryStarts.length - 1];
    int keys = keyStarts[keyStarts.length - 1];
    CacheFormat format = formatOf(type);
    int width = shape.width();
    int valueWidth = shape.valueWidth();
    MemorySegment query = rows(format, (long) queries * shape.heads(), width, 1);
    MemorySegment key = rows(format, (long) keys * shape.keyHeads(), width, 1);
    MemorySegment value = rows(format, (long) keys * shape.keyHeads(), valueWidth, 1);
    for (FlashMla mla : twins) {
      PrefillMetadata metadata = mla.prefillMetadata(shape, queryStarts, keyStarts, causal);
      for (int bad : new int[] {0, 3, 39, 40, 250, 299, 301, 350, 399, 400}) {
        if (bad < keys) {
          for (boolean inKey : new boolean[] {true, false}) {
            int rowWidth = (inKey ? width : valueWidth) * shape.keyHeads();
            long rowBytes = (long) rowWidth * type.bytes();
            check(
                format,
                (inKey ? key : value).asSlice(bad * rowBytes, rowBytes),
                rowWidth,
                () -> {
                  MemorySegment out = bytes(4L * queries * shape.heads() * valueWidth);
                  mla.prefill(
                      metadata,
                      TokenRows.of(query, type, shape.heads(), width),
                      TokenRows.of(key, type, shape.keyHeads(), width),
                      TokenRows.of(value, type, shape.keyHeads(), valueWidth),
                      0.1,
                      new PrefillResult(
                          TokenRows.of(out, ElementType.FLOAT32, shape.heads(), valueWidth),
                          bytes(4L * queries * shape.heads())));
                  return out.toArray(JAVA_FLOAT);
                },
                queries,
                t -> sees(t, bad, causal, queryStarts, keyStarts),
                "%s, causal %s, in key %s, token %d, %s"
                    .formatted(shape, causal, inKey, bad, mla.description(type)));
          }
        }
      }
    }
  }

  private static boolean sees(int query, int key, boolean causal, int[] queries, int[] keys) {
    int b = 0;
    while (queries[b + 1] <= query) {
      b++;
    }
    int position = keys[b + 1] - queries[b + 1] + query;
    return keys[b] <= key && key < keys[b + 1] && (!causal || key <= position);
  }

  /** A key that is NaN has no score but its own, which is −∞ to a query that does not see it. */
  @ParameterizedTest
  @EnumSource(CacheFormat.class)
  void theIndexerHidesByCausality(CacheFormat format) {
    int width = 128;
    int keys = 100;
    int queries = 5;
    IndexerShape shape = new IndexerShape(1, queries, 9, width);
    MemorySegment query = rows(CacheFormat.FLOAT32, 9L * queries, width, width);
    MemorySegment weights = rows(CacheFormat.FLOAT32, queries, 9, 9);
    MemorySegment table = bytes(4);
    long rowBytes = format.rowBytes(width, width);
    for (FlashMla mla : twins) {
      for (int bad : new int[] {0, 50, 96, 97, 98, 99}) {
        MemorySegment cache = rows(format, keys, width, width);
        float[] clean = score(mla, shape, query, weights, cache, format, table);
        fillWithNaN(cache.asSlice(bad * rowBytes, rowBytes));
        float[] is = score(mla, shape, query, weights, cache, format, table);
        for (int i = 0; i < is.length; i++) {
          boolean hidden = i % keys > keys - queries + i / keys;
          boolean poisoned = i % keys == bad && !hidden;
          float should = poisoned ? Float.NaN : hidden ? Float.NEGATIVE_INFINITY : clean[i];
          assertEquals(should, is[i], "key " + i % keys + " of query " + i / keys);
        }
      }
    }
  }

  private static float[] score(
      FlashMla mla,
      IndexerShape shape,
      MemorySegment query,
      MemorySegment weights,
      MemorySegment cache,
      CacheFormat format,
      MemorySegment table) {
    int keys = 100;
    MemorySegment scores = bytes(4L * shape.tokens() * keys);
    mla.indexScores(
        mla.indexerMetadata(shape, new int[] {keys}, true),
        new IndexerQueries(query, ElementType.FLOAT32, weights),
        new PagedCache(cache, format, 1, keys),
        new BlockTable(table, 1),
        scores);
    return scores.toArray(JAVA_FLOAT);
  }
}
