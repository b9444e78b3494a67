package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.PackedSequences;
import io.mla4j.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A token that is NaN reaches the queries whose mask shows it and is as good as zeros to others.
 */
class HiddenTokensTest extends EngineTestCase {

  private static final int TOKENS = 90;
  private static final int HEADS = 4;
  private static final int WIDTH = 12;
  private static final int[] STARTS = {0, 5, 70, 71, TOKENS};

  /** Whether a query at a position sees a key, as the mask's definition has it. */
  private interface Sees {
    boolean test(int position, int key);
  }

  private record Case(String name, AttentionMask mask, Sees sees) {}

  private static List<Case> cases() {
    boolean[] real = new boolean[TOKENS];
    IntStream.range(0, TOKENS).forEach(key -> real[key] = key % 7 != 0);
    AttentionMask causal = AttentionMask.CAUSAL;
    return List.of(
        new Case("causal", causal, (position, key) -> key <= position),
        new Case(
            "window",
            AttentionMask.NONE.withWindow(6),
            (position, key) -> Math.abs(position - key) < 6),
        new Case(
            "causal window",
            causal.withWindow(6),
            (position, key) -> key <= position && position - key < 6),
        new Case(
            "padded",
            AttentionMask.NONE.withKeyMask(ENGINE.ofBooleans(real, 1, TOKENS)),
            (position, key) -> real[key]));
  }

  @Test
  void oneSequence() {
    for (Case one : cases()) {
      for (int queries : new int[] {1, 2, TOKENS}) {
        check(one, queries);
      }
    }
  }

  @Test
  void packedSequences() {
    AttentionMask mask = AttentionMask.CAUSAL.withSequences(new PackedSequences(STARTS));
    check(
        new Case(
            "packed",
            mask,
            (position, key) -> key <= position && sequence(key) == sequence(position)),
        TOKENS);
  }

  private static int sequence(int token) {
    int sequence = 0;
    while (STARTS[sequence + 1] <= token) {
      sequence++;
    }
    return sequence;
  }

  private void check(Case one, int queries) {
    Tensor query = gaussian(DType.FLOAT32, 1, queries, HEADS, WIDTH);
    Tensor key = gaussian(DType.FLOAT32, 1, TOKENS, 2, WIDTH);
    Tensor value = gaussian(DType.FLOAT32, 1, TOKENS, 2, WIDTH);
    for (int bad : new int[] {0, 4, 14, 70, 86, 88, 89}) {
      float[] clean = attend(query, with(key, bad, 0), with(value, bad, 0), one.mask);
      float[] inKey = attend(query, with(key, bad, Double.NaN), with(value, bad, 0), one.mask);
      float[] inValue = attend(query, with(key, bad, 0), with(value, bad, Double.NaN), one.mask);
      for (int i = 0; i < clean.length; i++) {
        int position = TOKENS - queries + i / (HEADS * WIDTH);
        float expected = one.sees.test(position, bad) ? Float.NaN : clean[i];
        String what = one.name + ", token " + bad + " at position " + position;
        assertEquals(expected, inKey[i], 1e-5f, what);
        assertEquals(expected, inValue[i], 1e-5f, what);
      }
    }
  }

  private static float[] attend(Tensor query, Tensor key, Tensor value, AttentionMask mask) {
    return ENGINE.attention(query, key, value, mask, 0.3).toFloats();
  }

  private static Tensor with(Tensor rows, int token, double element) {
    boolean[] chosen = new boolean[TOKENS];
    chosen[token] = true;
    return rows.maskedFill(ENGINE.ofBooleans(chosen, 1, TOKENS, 1, 1), element);
  }
}
