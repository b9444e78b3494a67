package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.attention.FlashAttention;
import io.mla4j.kernels.body.KernelBodies;
import io.mla4j.kernels.body.RotaryAngles;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.verification.AttentionCase;
import io.mla4j.kernels.verification.AttentionTrial;
import io.mla4j.kernels.verification.PackedCase;
import io.mla4j.kernels.verification.PackedTrial;
import io.mla4j.kernels.verification.RotaryCase;
import io.mla4j.kernels.verification.RotaryTrial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attention and rotation of every twin against double-precision loops. */
abstract class AttentionSuite {

  abstract KernelBodies bodies();

  final Kernels kernels = new Kernels(bodies(), 3);

  @AfterEach
  void close() {
    kernels.close();
  }

  private static final Visibility ALL = new Visibility(false, 0, Optional.empty());
  private static final Visibility CAUSAL = new Visibility(true, 0, Optional.empty());

  @Test
  void lengthsAroundEveryBlockBoundary() {
    Grids.check(AttentionCase.lengths(), this::run);
  }

  @Test
  void sharedHeads() {
    Grids.check(AttentionCase.sharedHeads(), this::run);
  }

  @Test
  void windows() {
    Grids.check(AttentionCase.windows(), this::run);
  }

  @Test
  void paddingAndRowsThatSeeNothing() {
    Grids.check(AttentionCase.padding(), this::run);
  }

  @Test
  void encoders() {
    Grids.check(AttentionCase.encoders(), this::run);
  }

  @Test
  void packedSequences() {
    List<PackedCase> grid = PackedCase.grid();
    List<PackedCase> sample =
        IntStream.range(0, grid.size() / 5).mapToObj(i -> grid.get(5 * i)).toList();
    Grids.check(sample, (point, seed) -> PackedTrial.run(kernels, point, seed));
  }

  /** To the last bit: the same tasks over the same numbers. */
  @Test
  void packedSequencesAreThoseOfSeparateCalls() {
    int[] starts = {0, 70, 71, 71, 200};
    Samples samples = new Samples(5);
    Heads query = heads(samples, 1, 200, 4, 20);
    Heads key = heads(samples, 1, 200, 2, 20);
    Heads value = heads(samples, 1, 200, 2, 12);
    Heads together = heads(samples, 1, 200, 4, 12);
    Heads alone = heads(samples, 1, 200, 4, 12);
    kernels.attention().attendPacked(query, key, value, starts, CAUSAL, 0.3f, together);
    for (int i = 0; i + 1 < starts.length; i++) {
      int from = starts[i];
      int count = starts[i + 1] - from;
      kernels
          .attention()
          .attend(
              tokens(query, from, count),
              tokens(key, from, count),
              tokens(value, from, count),
              CAUSAL,
              0.3f,
              tokens(alone, from, count));
    }
    for (int t = 0; t < 200; t++) {
      for (int h = 0; h < 4; h++) {
        for (int v = 0; v < 12; v++) {
          assertEquals(
              Floats.get(alone.memory(), alone.index(0, t, h) + v),
              Floats.get(together.memory(), together.index(0, t, h) + v));
        }
      }
    }
  }

  private static Heads tokens(Heads all, int from, int count) {
    return new Heads(
        all.memory(),
        all.index(0, from, 0),
        1,
        count,
        all.heads(),
        all.width(),
        0,
        all.tokenStride(),
        all.headStride());
  }

  @Test
  void packedSequencesThatDoNotFitAreRefused() {
    Heads heads = Heads.contiguous(Samples.empty(24), 0, 1, 2, 3, 4);
    Heads two = Heads.contiguous(Samples.empty(24), 0, 2, 1, 3, 4);
    FlashAttention attention = kernels.attention();
    for (int[] starts : new int[][] {{}, {0}, {0, 1}, {0, 3}, {1, 2}, {0, 2, 1, 2}, {0, -1, 2}}) {
      KernelsSuite.assertRefused(
          () -> attention.attendPacked(heads, heads, heads, starts, ALL, 1, heads));
    }
    int[] starts = {0, 2};
    KernelsSuite.assertRefused(() -> attention.attendPacked(two, two, two, starts, ALL, 1, two));
    Visibility padded = new Visibility(false, 0, Optional.of(Arena.ofAuto().allocate(2)));
    KernelsSuite.assertRefused(
        () -> attention.attendPacked(heads, heads, heads, starts, padded, 1, heads));
  }

  private Optional<String> run(AttentionCase point, long seed) {
    return AttentionTrial.run(kernels, point, seed);
  }

  @Test
  void rotationTurnsPairs() {
    Grids.check(RotaryCase.grid(), (point, seed) -> RotaryTrial.run(kernels, point, seed));
  }

  /** Elements with gaps after every head, token and batch entry. */
  private static Heads heads(Samples samples, int batch, int tokens, int heads, int width) {
    long head = width + 1;
    long token = heads * head + 2;
    long one = tokens * token + 3;
    return new Heads(
        samples.gaussian(4 + batch * one), 4, batch, tokens, heads, width, one, token, head);
  }

  @Test
  void wrongArgumentsAreRefused() {
    MemorySegment memory = Samples.empty(24);
    Heads heads = Heads.contiguous(memory, 0, 1, 2, 3, 4);
    Heads two = Heads.contiguous(memory, 0, 1, 2, 2, 4);
    Heads narrow = Heads.contiguous(memory, 0, 1, 2, 3, 2);
    Heads none = Heads.contiguous(memory, 0, 1, 2, 0, 4);
    FlashAttention attention = kernels.attention();
    KernelsSuite.assertRefused(() -> Heads.contiguous(memory, 0, 2, 2, 3, 4));
    KernelsSuite.assertRefused(() -> Heads.contiguous(memory, 0, -1, 2, 3, 4));
    KernelsSuite.assertRefused(() -> attention.attend(heads, two, two, ALL, 1, heads));
    KernelsSuite.assertRefused(() -> attention.attend(heads, narrow, narrow, ALL, 1, narrow));
    KernelsSuite.assertRefused(() -> attention.attend(heads, heads, heads, ALL, 1, narrow));
    KernelsSuite.assertRefused(() -> attention.attend(heads, none, none, ALL, 1, heads));
    Visibility shortMask = new Visibility(false, 0, Optional.of(Arena.ofAuto().allocate(1)));
    KernelsSuite.assertRefused(() -> attention.attend(heads, heads, heads, shortMask, 1, heads));
    KernelsSuite.assertRefused(() -> new Visibility(true, -1, Optional.empty()));
    KernelsSuite.assertRefused(
        () ->
            kernels
                .rotary()
                .rotate(heads, new RotaryAngles(memory, 22, memory, 0, 0), true, heads));
    KernelsSuite.assertRefused(() -> new RotaryAngles(memory, 0, memory, 0, -1));
    Heads nine = new Heads(memory, 0, 9, 1, 1, 2, 0, 0, 0);
    KernelsSuite.assertRefused(
        () ->
            kernels
                .rotary()
                .rotate(nine, new RotaryAngles(memory, 0, memory, 0, 1L << 61), true, nine));
    Heads fixed = Heads.contiguous(memory.asReadOnly(), 0, 1, 1, 2, 4);
    Heads small = Heads.contiguous(memory, 8, 1, 1, 2, 4);
    KernelsSuite.assertRefused(() -> attention.attend(small, small, small, ALL, 1, fixed));
    KernelsSuite.assertRefused(
        () ->
            kernels.rotary().rotate(small, new RotaryAngles(memory, 0, memory, 0, 0), true, fixed));
  }

  @Test
  void whatIsHiddenReachesNoQuery() {
    HiddenTokens hidden = new HiddenTokens(kernels.attention());
    HiddenTokens.grid().forEach(hidden::check);
  }

  @Test
  void whatIsNoNumberIsNotLost() {
    int width = 20;
    int queries = 35;
    int keys = 140;
    for (int bad : new int[] {0, 1, 17, keys - 1}) {
      Samples samples = new Samples(bad);
      Heads query = heads(samples, 1, queries, 1, width);
      Heads key = heads(samples, 1, keys, 1, width);
      Heads value = heads(samples, 1, keys, 1, width);
      Heads out = heads(samples, 1, queries, 1, width);
      Floats.set(key.memory(), key.index(0, bad, 0) + 3, Float.NaN);
      kernels.attention().attend(query, key, value, CAUSAL, 0.2f, out);
      for (int t = 0; t < queries; t++) {
        boolean sees = bad <= keys - queries + t;
        for (int d = 0; d < width; d++) {
          float element = Floats.get(out.memory(), out.index(0, t, 0) + d);
          assertEquals(sees, Float.isNaN(element), "key " + bad + ", query " + t);
        }
      }
    }
  }
}
