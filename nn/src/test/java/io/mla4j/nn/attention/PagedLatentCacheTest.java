package io.mla4j.nn.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mla4j.nn.Initializer;
import io.mla4j.nn.pass.AttentionCache;
import io.mla4j.nn.rotary.RotaryConfig;
import io.mla4j.nn.rotary.RotaryEmbedding;
import io.mla4j.nn.rotary.Rotation;
import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.Engines;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Tensor;
import io.mla4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences of different lengths over one pool of blocks, on every engine. */
class PagedLatentCacheTest {

  private static final int WIDTH = 24;
  private static final int TOKENS = 150;
  private static final MlaConfig CONFIG = new MlaConfig(4, 0, 16, 8, 4, 6, 0);

  static Stream<Arguments> enginesAndFormats() {
    return Stream.of("torch", "native")
        .flatMap(name -> Stream.of(LatentFormat.values()).map(f -> Arguments.of(name, f)));
  }

  /** Two prompts of their own lengths, then steps of both together. */
  @ParameterizedTest
  @MethodSource("enginesAndFormats")
  void sequencesOfDifferentLengthsAreDecodedTogether(String name, LatentFormat format) {
    Engine engine = Engines.start(name);
    try (TensorScope scope = TensorScope.open();
        Engine.Guard guard = engine.noGrad();
        LatentBlockPool pool = new LatentBlockPool(engine, CONFIG, format, 5)) {
      Initializer initializer = Initializer.random(engine, 3);
      Mla layer = new Mla(initializer, WIDTH, CONFIG, 1);
      RotaryEmbedding positions =
          new RotaryEmbedding(
              engine,
              DType.FLOAT32,
              new RotaryConfig(4, 10_000, RotaryLayout.INTERLEAVED, Optional.empty()));
      Tensor x = initializer.normal(1, 2, TOKENS, WIDTH);
      Tensor full =
          AttentionInput.full(x, AttentionMask.CAUSAL, positions.at(0, TOKENS)).through(layer);
      int[] starts = {97, 40};
      List<PagedSequence> sequences = List.of(pool.newSequence(), pool.newSequence());
      for (int b = 0; b < 2; b++) {
        Tensor prompt = x.narrow(0, b, 1).narrow(1, 0, starts[b]);
        AttentionCache cache = new PagedLatentCache(List.of(sequences.get(b)));
        Tensor out = input(prompt, positions.at(0, starts[b]), cache).through(layer);
        assertClose(full.narrow(0, b, 1).narrow(1, 0, starts[b]), out, format);
      }
      PagedLatentCache both = new PagedLatentCache(sequences);
      int done = 0;
      for (int step : new int[] {1, 1, 3, 20, 1, 27}) {
        Tensor next = at(engine, x, starts, done, step);
        Rotation rotation = rotation(engine, positions, starts, done, step);
        Tensor out = input(next, rotation, both).through(layer);
        assertClose(at(engine, full, starts, done, step), out, format);
        done += step;
      }
      assertEquals(97 + done, both.length());
      assertEquals(0, pool.freeBlocks());
      both.close();
      assertEquals(5, pool.freeBlocks());
    }
  }

  private static AttentionInput input(Tensor x, Rotation rotation, AttentionCache cache) {
    return new AttentionInput(x, AttentionMask.CAUSAL, Optional.of(rotation), Optional.of(cache));
  }

  private static Tensor at(Engine engine, Tensor x, int[] starts, int done, int step) {
    List<Tensor> rows = new ArrayList<>();
    for (int b = 0; b < starts.length; b++) {
      rows.add(x.narrow(0, b, 1).narrow(1, starts[b] + done, step));
    }
    return engine.concat(rows, 0);
  }

  private static Rotation rotation(
      Engine engine, RotaryEmbedding positions, int[] starts, int done, int step) {
    List<Tensor> cos = new ArrayList<>();
    List<Tensor> sin = new ArrayList<>();
    for (int start : starts) {
      Rotation one = positions.at(start + done, step);
      cos.add(one.cos().unsqueeze(0));
      sin.add(one.sin().unsqueeze(0));
    }
    return new Rotation(engine.concat(cos, 0), engine.concat(sin, 0), RotaryLayout.INTERLEAVED);
  }

  /** Within a share of the largest value: rounding of float32, 8 bits of bf16, 7 of int8. */
  private static void assertClose(Tensor expected, Tensor actual, LatentFormat format) {
    float[] wanted = expected.toFloats();
    float largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    float tolerance =
        switch (format) {
          case FLOAT32 -> 1e-5f;
          case BF16 -> 1e-2f;
          case INT8 -> 2e-2f;
        };
    assertArrayEquals(wanted, actual.toFloats(), tolerance * largest);
  }

  /** Runs with a pool of three blocks. */
  private static void withPool(java.util.function.BiConsumer<Engine, LatentBlockPool> body) {
    Engine engine = Engines.start("native");
    try (TensorScope scope = TensorScope.open();
        LatentBlockPool pool = new LatentBlockPool(engine, CONFIG, LatentFormat.FLOAT32, 3)) {
      body.accept(engine, pool);
    }
  }

  private static LatentKeys tokens(Engine engine, int batch, int count, float value) {
    return new LatentKeys.Rows(engine.full(DType.FLOAT32, value, batch, count, 20), 16);
  }

  @Test
  void anExhaustedPoolSaysSoAndLosesNothing() {
    withPool(
        (engine, pool) -> {
          PagedSequence first = pool.newSequence();
          PagedSequence second = pool.newSequence();
          PagedLatentCache both = new PagedLatentCache(List.of(first, second));
          both.append(tokens(engine, 2, 60, 1));
          PoolExhaustedException full =
              assertThrows(
                  PoolExhaustedException.class, () -> both.append(tokens(engine, 2, 10, 2)));
          assertEquals(
              "2 blocks of latents are needed and 1 of the pool's 3 are free; close a sequence or"
                  + " make a larger pool.",
              full.getMessage());
          assertEquals(2, full.needed());
          assertEquals(1, full.free());
          assertEquals(1, pool.freeBlocks());
          assertEquals(60, first.length());
          assertEquals(60, second.length());
          assertArrayEquals(
              engine.full(DType.FLOAT32, 1, 2, 60, 20).toFloats(), both.keys().packed().toFloats());
          both.append(tokens(engine, 2, 4, 3)); // what is left of the blocks is still usable
          second.close();
          PagedLatentCache alone = new PagedLatentCache(List.of(first));
          alone.append(tokens(engine, 1, 128, 4));
          assertEquals(0, pool.freeBlocks());
          assertEquals(192, alone.length());
        });
  }

  @Test
  void refusedDraftsGiveTheirBlocksBack() {
    withPool(
        (engine, pool) -> {
          PagedSequence sequence = pool.newSequence();
          PagedLatentCache cache = new PagedLatentCache(List.of(sequence));
          cache.append(tokens(engine, 1, 63, 1));
          cache.append(tokens(engine, 1, 3, 2));
          assertEquals(1, pool.freeBlocks());
          sequence.truncate(64);
          assertEquals(2, pool.freeBlocks());
          cache.append(tokens(engine, 1, 1, 3));
          float[] rows = cache.keys().packed().toFloats();
          assertEquals(65 * 20, rows.length);
          assertEquals(1, rows[62 * 20]);
          assertEquals(2, rows[63 * 20]);
          assertEquals(3, rows[64 * 20]);
          assertRefused("cannot be cut to 66", () -> sequence.truncate(66));
        });
  }

  @Test
  void anAppendThatFailsTakesNothing() {
    withPool(
        (engine, pool) -> {
          PagedLatentCache cache = new PagedLatentCache(List.of(pool.newSequence()));
          assertRefused(
              "of the shape [1, tokens, 20]", () -> cache.append(tokens(engine, 2, 1, 1)));
          assertRefused("The cache is empty", cache::keys);
          assertEquals(3, pool.freeBlocks());
          try (LatentBlockPool small = new LatentBlockPool(engine, CONFIG, LatentFormat.INT8, 1)) {
            PagedLatentCache int8 = new PagedLatentCache(List.of(small.newSequence()));
            assertRefused("must be finite", () -> int8.append(tokens(engine, 1, 1, Float.NaN)));
            assertEquals(1, small.freeBlocks());
          }
        });
  }

  @Test
  void blocksThatAFailedWriteLeftAreUsed() {
    withPool(
        (engine, pool) -> {
          PagedSequence sequence = pool.newSequence();
          sequence.addBlocks(pool.take(2));
          PagedLatentCache cache = new PagedLatentCache(List.of(sequence));
          cache.append(tokens(engine, 1, 1, 1));
          assertEquals(1, pool.freeBlocks());
          cache.append(tokens(engine, 1, 150, 2));
          assertEquals(0, pool.freeBlocks());
          cache.close();
          assertEquals(3, pool.freeBlocks());
        });
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    withPool(
        (engine, pool) -> {
          PagedSequence sequence = pool.newSequence();
          assertRefused("at least one sequence", () -> new PagedLatentCache(List.of()));
          assertRefused("only once", () -> new PagedLatentCache(List.of(sequence, sequence)));
          try (LatentBlockPool other =
              new LatentBlockPool(engine, CONFIG, LatentFormat.FLOAT32, 1)) {
            assertRefused(
                "one pool", () -> new PagedLatentCache(List.of(sequence, other.newSequence())));
          }
          PagedLatentCache cache = new PagedLatentCache(List.of(sequence));
          cache.append(tokens(engine, 1, 1, 1));
          cache.close();
          cache.close();
          assertRefused("has been closed", cache::keys);
          assertRefused("has been closed", () -> cache.append(tokens(engine, 1, 1, 1)));
        });
  }

  private static void assertRefused(String part, Executable call) {
    RuntimeException thrown = assertThrows(RuntimeException.class, call);
    String message = String.valueOf(thrown.getMessage());
    assertTrue(message.contains(part) && message.endsWith("."), message);
  }
}
