package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.PagedKeyValues;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys and values in blocks of 8 tokens, in pools whose unused places are not numbers. */
class PagedAttentionTest extends EngineTestCase {

  private static final Engine ORACLE = new DefaultBodies(ENGINE);
  private static final int BLOCKS = 7;
  private static final int[][] TABLE = {{4, 1, 6}, {0}, {}, {2, 5}};
  private static final int[] LENGTHS = {19, 8, 0, 11};
  private static final int HEADS = 6;
  private static final int WIDTH = 20;
  private static final int VALUE_WIDTH = 12;
  private static final double SCALE = 0.2;

  private PagedKeyValues keyValues(DType type) {
    Tensor keys = poisoned(gaussian(type, BLOCKS, 8, 2, WIDTH));
    Tensor values = poisoned(gaussian(type, BLOCKS, 8, 2, VALUE_WIDTH));
    return new PagedKeyValues(keys, values, TABLE, LENGTHS);
  }

  private static Tensor poisoned(Tensor pool) {
    boolean[] unused = new boolean[BLOCKS * 8];
    Arrays.fill(unused, true);
    for (int b = 0; b < LENGTHS.length; b++) {
      for (int token = 0; token < LENGTHS[b]; token++) {
        unused[TABLE[b][token / 8] * 8 + token % 8] = false;
      }
    }
    return pool.maskedFill(ENGINE.ofBooleans(unused, BLOCKS, 8, 1, 1), Double.NaN);
  }

  private static List<AttentionMask> masks() {
    boolean[] visible = new boolean[4 * 19];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = i % 3 != 0;
    }
    return List.of(
        AttentionMask.CAUSAL,
        AttentionMask.NONE,
        AttentionMask.NONE.withWindow(3),
        AttentionMask.CAUSAL.withWindow(4),
        AttentionMask.CAUSAL.withKeyMask(ENGINE.ofBooleans(visible, 4, 19)));
  }

  /** The definition, which gathers, against one sequence after the other. */
  @Test
  void sequencesAttendAsIfAlone() {
    PagedKeyValues all = keyValues(DType.FLOAT32);
    for (int tokens : new int[] {1, 3, 12}) {
      Tensor query = gaussian(DType.FLOAT64, 4, tokens, HEADS, WIDTH);
      for (AttentionMask mask : masks().subList(0, 4)) {
        List<Tensor> alone = new ArrayList<>();
        for (int b = 0; b < 4; b++) {
          alone.add(attendAlone(query.narrow(0, b, 1), all, b, mask));
        }
        Tensor together = ORACLE.pagedAttention(query, all, mask, SCALE);
        assertClose(ENGINE.concat(alone, 0), together, 1e-12);
      }
    }
  }

  /** Over the tokens of one sequence, joined block by block. */
  private static Tensor attendAlone(Tensor query, PagedKeyValues all, int b, AttentionMask mask) {
    if (LENGTHS[b] == 0) {
      return ENGINE.zeros(DType.FLOAT64, query.shape().with(3, VALUE_WIDTH).toArray());
    }
    List<Tensor> keys = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int from = 0; from < LENGTHS[b]; from += 8) {
      int count = Math.min(8, LENGTHS[b] - from);
      keys.add(all.keys().narrow(0, TABLE[b][from / 8], 1).narrow(1, 0, count));
      values.add(all.values().narrow(0, TABLE[b][from / 8], 1).narrow(1, 0, count));
    }
    Tensor key = ENGINE.concat(keys, 1).cast(DType.FLOAT64);
    Tensor value = ENGINE.concat(values, 1).cast(DType.FLOAT64);
    return ORACLE.attention(query, key, value, mask, SCALE);
  }

  @Test
  void theKernelGivesWhatTheDefinitionGives() {
    for (DType type : new DType[] {DType.FLOAT32, DType.BF16}) {
      PagedKeyValues keyValues = keyValues(type);
      for (int tokens : new int[] {1, 3, 12}) {
        Tensor query = gaussian(DType.FLOAT64, 4, tokens, HEADS, WIDTH);
        for (AttentionMask mask : masks()) {
          Tensor expected = ORACLE.pagedAttention(query, keyValues, mask, SCALE);
          Tensor floats = query.cast(DType.FLOAT32);
          assertClose(expected, ENGINE.pagedAttention(floats, keyValues, mask, SCALE), 1e-5);
          Tensor apart = floats.transpose(0, 1).add(0).transpose(0, 1); // not row by row
          assertClose(expected, ENGINE.pagedAttention(apart, keyValues, mask, SCALE), 1e-5);
        }
      }
    }
  }

  @Test
  void emptySequencesAloneGiveZeros() {
    PagedKeyValues some = keyValues(DType.FLOAT32);
    int[][] none = {{}, {3}};
    PagedKeyValues empty = new PagedKeyValues(some.keys(), some.values(), none, new int[2]);
    Tensor query = gaussian(DType.FLOAT32, 2, 2, HEADS, WIDTH);
    for (Engine engine : List.of(ENGINE, ORACLE)) {
      Tensor result = engine.pagedAttention(query, empty, AttentionMask.CAUSAL, 1);
      assertShape(result, 2, 2, HEADS, VALUE_WIDTH);
      for (float element : result.toFloats()) {
        assertEquals(0, element);
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    PagedKeyValues all = keyValues(DType.FLOAT32);
    Tensor bf16 = all.values().cast(DType.BF16);
    assertRefused(
        "of one floating type", () -> new PagedKeyValues(all.keys(), bf16, TABLE, LENGTHS));
    Tensor fewer = all.values().narrow(0, 0, 5);
    assertRefused(
        "differ only in width", () -> new PagedKeyValues(all.keys(), fewer, TABLE, LENGTHS));
    int[] tooLong = {19, 9, 0, 11};
    assertRefused(
        "Sequence 1 has 9 tokens, but its 1 blocks hold 8",
        () -> new PagedKeyValues(all.keys(), all.values(), TABLE, tooLong));
    int[][] outside = {{4, 1, 6}, {7}, {}, {2, 5}};
    assertRefused(
        "the block 7", () -> new PagedKeyValues(all.keys(), all.values(), outside, LENGTHS));
    assertRefused(
        "the lengths of 1",
        () -> new PagedKeyValues(all.keys(), all.values(), TABLE, new int[] {1}));
    Tensor narrow = gaussian(DType.FLOAT32, 4, 1, HEADS, WIDTH - 1);
    assertRefused(
        "needs queries", () -> ENGINE.pagedAttention(narrow, all, AttentionMask.CAUSAL, 1));
    Tensor five = gaussian(DType.FLOAT32, 4, 1, 5, WIDTH);
    assertRefused("evenly", () -> ENGINE.pagedAttention(five, all, AttentionMask.CAUSAL, 1));
  }
}
