package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.kernels.verification.AttentionCase;
import io.mla4j.kernels.verification.AttentionTrial;
import io.mla4j.kernels.verification.RotaryCase;
import io.mla4j.kernels.verification.RotaryTrial;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
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
                .rotate(heads, new Rotary.Angles(memory, 22, memory, 0, 0), true, heads));
    KernelsSuite.assertRefused(() -> new Rotary.Angles(memory, 0, memory, 0, -1));
    Heads nine = new Heads(memory, 0, 9, 1, 1, 2, 0, 0, 0);
    KernelsSuite.assertRefused(
        () ->
            kernels
                .rotary()
                .rotate(nine, new Rotary.Angles(memory, 0, memory, 0, 1L << 61), true, nine));
    Heads fixed = Heads.contiguous(memory.asReadOnly(), 0, 1, 1, 2, 4);
    Heads small = Heads.contiguous(memory, 8, 1, 1, 2, 4);
    KernelsSuite.assertRefused(() -> attention.attend(small, small, small, ALL, 1, fixed));
    KernelsSuite.assertRefused(
        () ->
            kernels
                .rotary()
                .rotate(small, new Rotary.Angles(memory, 0, memory, 0, 0), true, fixed));
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
