package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.nn.Initializer;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and values of sequences of different lengths over one pool of blocks, on every engine. */
class PagedKeyValueCacheTest {

  private static final int TOKENS = 150;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int WIDTH = 6;
  private static final int VALUE_WIDTH = 5;

  static Stream<Arguments> enginesAndTypes() {
    return Stream.of("torch", "native")
        .flatMap(name -> Stream.of(DType.FLOAT32, DType.BF16).map(t -> Arguments.of(name, t)));
  }

  private static KeyValueBlockPool pool(Engine engine, DType type, int blocks) {
    return new KeyValueBlockPool(engine, KEY_HEADS, WIDTH, VALUE_WIDTH, type, blocks);
  }

  /** Two prompts of their own lengths, then steps of both together, equal a full pass over each. */
  @ParameterizedTest
  @MethodSource("enginesAndTypes")
  void sequencesOfDifferentLengthsAreDecodedTogether(String name, DType type) {
    Engine engine = Engines.start(name);
    for (AttentionMask mask : List.of(AttentionMask.CAUSAL, AttentionMask.CAUSAL.withWindow(30))) {
      try (TensorScope scope = TensorScope.open();
          Engine.Guard guard = engine.noGrad();
          KeyValueBlockPool pool = pool(engine, type, 5)) {
        Initializer initializer = Initializer.random(engine, 3);
        Tensor query = initializer.normal(1, 2, TOKENS, HEADS, WIDTH);
        Tensor key = initializer.normal(1, 2, TOKENS, KEY_HEADS, WIDTH);
        Tensor value = initializer.normal(1, 2, TOKENS, KEY_HEADS, VALUE_WIDTH);
        // What the cache keeps: numbers of its type.
        Tensor keptKey = key.cast(type).cast(DType.FLOAT32);
        Tensor keptValue = value.cast(type).cast(DType.FLOAT32);
        Tensor full = engine.attention(query, keptKey, keptValue, mask, 0.4);
        int[] starts = {97, 40};
        List<PagedSequence> sequences = List.of(pool.newSequence(), pool.newSequence());
        for (int b = 0; b < 2; b++) {
          KeyValueCache cache = new PagedKeyValueCache(List.of(sequences.get(b)));
          cache.append(prompt(key, b, starts), prompt(value, b, starts));
          Tensor out = cache.attend(prompt(query, b, starts), mask, 0.4);
          assertClose(prompt(full, b, starts), out);
          assertClose(prompt(keptKey, b, starts), cache.keys());
        }
        PagedKeyValueCache both = new PagedKeyValueCache(sequences);
        int done = 0;
        for (int step : new int[] {1, 1, 3, 20, 1, 27}) {
          both.append(at(engine, key, starts, done, step), at(engine, value, starts, done, step));
          Tensor out = both.attend(at(engine, query, starts, done, step), mask, 0.4);
          assertClose(at(engine, full, starts, done, step), out);
          done += step;
        }
        assertRefused("different lengths", both::keys);
        assertEquals(97 + done, both.length());
        assertEquals(0, pool.freeBlocks());
        both.close();
        assertEquals(5, pool.freeBlocks());
      }
    }
  }

  private static Tensor prompt(Tensor x, int b, int[] starts) {
    return x.narrow(0, b, 1).narrow(1, 0, starts[b]);
  }

  private static Tensor at(Engine engine, Tensor x, int[] starts, int done, int step) {
    List<Tensor> rows = new ArrayList<>();
    for (int b = 0; b < starts.length; b++) {
      rows.add(x.narrow(0, b, 1).narrow(1, starts[b] + done, step));
    }
    return engine.concat(rows, 0);
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toFloats(), actual.toFloats(), 2e-5f);
  }

  /** Runs with a pool of three blocks. */
  private static void withPool(BiConsumer<Engine, KeyValueBlockPool> body) {
    Engine engine = Engines.start("native");
    try (TensorScope scope = TensorScope.open();
        KeyValueBlockPool pool = pool(engine, DType.FLOAT32, 3)) {
      body.accept(engine, pool);
    }
  }

  private static void add(Engine engine, KeyValueCache cache, int batch, int count, float value) {
    cache.append(
        engine.full(DType.FLOAT32, value, batch, count, KEY_HEADS, WIDTH),
        engine.full(DType.FLOAT32, -value, batch, count, KEY_HEADS, VALUE_WIDTH));
  }

  @Test
  void anExhaustedPoolSaysSoAndLosesNothing() {
    withPool(
        (engine, pool) -> {
          PagedSequence first = pool.newSequence();
          PagedSequence second = pool.newSequence();
          PagedKeyValueCache both = new PagedKeyValueCache(List.of(first, second));
          add(engine, both, 2, 60, 1);
          PoolExhaustedException full =
              assertThrows(PoolExhaustedException.class, () -> add(engine, both, 2, 10, 2));
          assertEquals(
              "2 blocks of keys and values are needed and 1 of the pool's 3 are free; close a"
                  + " sequence or make a larger pool.",
              full.getMessage());
          assertEquals(1, pool.freeBlocks());
          assertEquals(60, first.length());
          assertEquals(60, second.length());
          assertArrayEquals(
              engine.full(DType.FLOAT32, -1, 2, 60, KEY_HEADS, VALUE_WIDTH).toFloats(),
              both.values().toFloats());
          second.close();
          PagedKeyValueCache alone = new PagedKeyValueCache(List.of(first));
          add(engine, alone, 1, 132, 4);
          assertEquals(0, pool.freeBlocks());
          assertEquals(192, alone.length());
        });
  }

  @Test
  void refusedDraftsGiveTheirBlocksBack() {
    withPool(
        (engine, pool) -> {
          PagedSequence sequence = pool.newSequence();
          PagedKeyValueCache cache = new PagedKeyValueCache(List.of(sequence));
          add(engine, cache, 1, 63, 1);
          add(engine, cache, 1, 3, 2);
          assertEquals(1, pool.freeBlocks());
          sequence.truncate(64);
          assertEquals(2, pool.freeBlocks());
          add(engine, cache, 1, 2, 3);
          cache.forgetLast(1);
          float[] keys = cache.keys().toFloats();
          int token = KEY_HEADS * WIDTH;
          assertEquals(65 * token, keys.length);
          assertEquals(1, keys[62 * token]);
          assertEquals(2, keys[63 * token]);
          assertEquals(3, keys[64 * token]);
          assertRefused("cannot be cut to 66", () -> sequence.truncate(66));
          assertRefused("cannot forget 66", () -> cache.forgetLast(66));
          assertEquals(65, cache.length());
        });
  }

  /** One table for all layers: the second layer finds the blocks that the first one took. */
  @Test
  void layersShareTheBlocksOfASequence() {
    Engine engine = Engines.start("native");
    BlockAllocator allocator = new BlockAllocator(3);
    MlaConfig latents = new MlaConfig(4, 0, 16, 8, 4, 6, 0);
    try (TensorScope scope = TensorScope.open();
        KeyValueBlockPool lower =
            new KeyValueBlockPool(engine, KEY_HEADS, WIDTH, VALUE_WIDTH, DType.FLOAT32, allocator);
        KeyValueBlockPool upper =
            new KeyValueBlockPool(engine, KEY_HEADS, WIDTH, VALUE_WIDTH, DType.BF16, allocator);
        LatentBlockPool top =
            new LatentBlockPool(engine, latents, LatentFormat.FLOAT32, allocator)) {
      PagedSequence sequence = lower.newSequence();
      PagedKeyValueCache first = new PagedKeyValueCache(lower, List.of(sequence));
      PagedKeyValueCache second = new PagedKeyValueCache(upper, List.of(sequence));
      PagedLatentCache third = new PagedLatentCache(top, List.of(sequence));
      for (int count : new int[] {60, 10}) {
        add(engine, first, 1, count, count);
        add(engine, second, 1, count, count + 1);
        third.append(new LatentKeys.Rows(engine.full(DType.FLOAT32, count + 2, 1, count, 20), 16));
      }
      assertEquals(1, allocator.freeBlocks());
      assertEquals(70, sequence.length());
      assertEquals(10, first.keys().toFloats()[69 * KEY_HEADS * WIDTH]);
      assertEquals(11, second.keys().toFloats()[69 * KEY_HEADS * WIDTH]);
      assertEquals(12, third.keys().packed().toFloats()[69 * 20]);
      first.forgetLast(8);
      second.forgetLast(8);
      assertEquals(1, allocator.freeBlocks()); // the third still needs it
      third.forgetLast(8);
      assertEquals(2, allocator.freeBlocks());
      add(engine, first, 1, 5, 3);
      assertEquals(1, allocator.freeBlocks());
      assertEquals(67, first.length());
      assertEquals(62, second.length());
      sequence.truncate(10);
      assertEquals(10, second.length());
      assertEquals(10, third.length());
      assertThrows(PoolExhaustedException.class, () -> add(engine, second, 1, 200, 1));
      assertEquals(10, second.length());
      sequence.close();
      assertEquals(3, allocator.freeBlocks());
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    withPool(
        (engine, pool) -> {
          PagedSequence sequence = pool.newSequence();
          assertRefused("at least one sequence", () -> new PagedKeyValueCache(List.of()));
          assertRefused("only once", () -> new PagedKeyValueCache(List.of(sequence, sequence)));
          assertRefused("floating type", () -> pool(engine, DType.INT8, 1));
          try (KeyValueBlockPool other = pool(engine, DType.FLOAT32, 1)) {
            assertRefused(
                "one pool", () -> new PagedKeyValueCache(List.of(sequence, other.newSequence())));
            other.close();
            PagedKeyValueCache over = new PagedKeyValueCache(List.of(other.newSequence()));
            assertRefused("keys and values has been closed", () -> add(engine, over, 1, 1, 1));
          }
          assertRefused("pool of keys and values", () -> new PagedLatentCache(List.of(sequence)));
          PagedKeyValueCache cache = new PagedKeyValueCache(List.of(sequence));
          assertRefused("The cache is empty", cache::keys);
          assertRefused("of the shape [1, tokens, 2, 6]", () -> add(engine, cache, 2, 1, 1));
          Tensor keys = engine.zeros(DType.FLOAT32, 1, 2, KEY_HEADS, WIDTH);
          Tensor values = engine.zeros(DType.FLOAT32, 1, 1, KEY_HEADS, VALUE_WIDTH);
          assertRefused("as many keys as values", () -> cache.append(keys, values));
          assertEquals(3, pool.freeBlocks());
          add(engine, cache, 1, 1, 1);
          cache.close();
          cache.close();
          assertRefused("has been closed", cache::keys);
          assertRefused("has been closed", () -> add(engine, cache, 1, 1, 1));
        });
  }

  private static void assertRefused(String part, Executable call) {
    RuntimeException thrown = assertThrows(RuntimeException.class, call);
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
