package io.mla4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    for (int queries : new int[] {1, 2, 7, 31, 33, 65}) {
      for (int keys : new int[] {0, 1, 5, 127, 128, 129, 300}) {
        assertAttention(2, queries, keys, 2, 2, 5, 3, ALL);
        assertAttention(1, queries, keys, 2, 1, 16, 33, CAUSAL);
      }
    }
  }

  @Test
  void sharedHeads() {
    assertAttention(2, 9, 40, 6, 2, 8, 40, CAUSAL);
    assertAttention(1, 1, 200, 16, 1, 40, 32, ALL);
    assertAttention(1, 3, 200, 40, 1, 20, 70, CAUSAL);
  }

  @Test
  void windows() {
    for (int window : new int[] {1, 2, 50, 129, 1000}) {
      for (boolean causal : new boolean[] {true, false}) {
        assertAttention(1, 70, 300, 2, 2, 6, 7, new Visibility(causal, window, Optional.empty()));
        assertAttention(1, 2, 300, 2, 2, 6, 7, new Visibility(causal, window, Optional.empty()));
      }
    }
  }

  @Test
  void paddingAndRowsThatSeeNothing() {
    for (int queries : new int[] {1, 40, 300}) {
      MemorySegment mask = Arena.ofAuto().allocate(3 * 300);
      for (int s = 0; s < 300; s++) {
        mask.set(ValueLayout.JAVA_BYTE, s, (byte) (s % 3 == 0 ? 0 : 1));
        mask.set(ValueLayout.JAVA_BYTE, 300 + s, (byte) (s >= 140 ? 1 : 0));
      } // the third entry sees nothing
      assertAttention(3, queries, 300, 2, 1, 8, 20, new Visibility(false, 0, Optional.of(mask)));
      assertAttention(3, queries, 300, 2, 1, 8, 20, new Visibility(true, 0, Optional.of(mask)));
      assertAttention(3, queries, 300, 2, 1, 8, 20, new Visibility(true, 9, Optional.of(mask)));
    }
  }

  @Test
  void moreQueriesThanKeysSeeNothingAtFirst() {
    assertAttention(1, 80, 20, 2, 2, 8, 8, CAUSAL);
  }

  private void assertAttention(
      int batch,
      int queries,
      int keys,
      int heads,
      int groups,
      int width,
      int valueWidth,
      Visibility visibility) {
    Samples samples = new Samples(queries * 1000L + keys);
    Heads q = heads(samples, batch, queries, heads, width);
    Heads k = heads(samples, batch, keys, groups, width);
    Heads v = heads(samples, batch, keys, groups, valueWidth);
    long size = (long) batch * queries * heads * valueWidth;
    MemorySegment memory = samples.gaussian(size + 1);
    Heads out = Heads.contiguous(memory, 0, batch, queries, heads, valueWidth);
    float scale = (float) (1 / Math.sqrt(width));
    float sentinel = Floats.get(memory, size);
    kernels.attention().attend(q, k, v, visibility, scale, out);
    AttentionOracle oracle = new AttentionOracle(q, k, v, visibility, scale);
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < queries; t++) {
        for (int h = 0; h < heads; h++) {
          double[] expected = oracle.row(b, t, h);
          for (int i = 0; i < valueWidth; i++) {
            assertEquals(
                expected[i], Floats.get(memory, out.index(b, t, h) + i), 3e-6, "at " + b + t + h);
          }
        }
      }
    }
    assertEquals(sentinel, Floats.get(memory, size), "written past the end");
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
  void rotationTurnsPairs() {
    Samples samples = new Samples(5);
    for (boolean interleaved : new boolean[] {true, false}) {
      for (int batchAngles = 0; batchAngles < 2; batchAngles++) {
        assertRotation(samples, interleaved, batchAngles == 1);
      }
    }
  }

  private void assertRotation(Samples samples, boolean interleaved, boolean perBatch) {
    Heads x = heads(samples, 2, 5, 3, 10);
    MemorySegment cos = samples.gaussian(1 + 2 * 5 * 5);
    MemorySegment sin = samples.gaussian(2 + 2 * 5 * 5);
    Heads out = Heads.contiguous(Samples.empty(300), 0, 2, 5, 3, 10);
    var angles = new Rotary.Angles(cos, 1, sin, 2, perBatch ? 25 : 0);
    kernels.rotary().rotate(x, angles, interleaved, out);
    for (int i = 0; i < 2 * 5 * 3 * 5; i++) {
      int pair = i % 5;
      int head = i / 5 % 3;
      int token = i / 15 % 5;
      int batch = i / 75;
      long angle = (perBatch ? batch * 25L : 0) + token * 5L + pair;
      double c = Floats.get(cos, 1 + angle);
      double s = Floats.get(sin, 2 + angle);
      int first = interleaved ? 2 * pair : pair;
      int second = interleaved ? first + 1 : pair + 5;
      double a = Floats.get(x.memory(), x.index(batch, token, head) + first);
      double b = Floats.get(x.memory(), x.index(batch, token, head) + second);
      long to = out.index(batch, token, head);
      assertEquals(a * c - b * s, Floats.get(out.memory(), to + first), 2e-6);
      assertEquals(a * s + b * c, Floats.get(out.memory(), to + second), 2e-6);
    }
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

  @Test
  void aWindowWiderThanAnySequenceHidesNothing() {
    assertAttention(1, 3, 20, 1, 1, 4, 4, new Visibility(false, Long.MAX_VALUE, Optional.empty()));
  }
}
