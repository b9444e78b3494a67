package io.mla4j.nativeengine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mla4j.tensor.AttentionMask;
import io.mla4j.tensor.DType;
import io.mla4j.tensor.DefaultBodies;
import io.mla4j.tensor.Engine;
import io.mla4j.tensor.LatentForm;
import io.mla4j.tensor.LatentFormat;
import io.mla4j.tensor.LatentKeys;
import io.mla4j.tensor.LatentProjections;
import io.mla4j.tensor.PagedLatents;
import io.mla4j.tensor.RotaryLayout;
import io.mla4j.tensor.Shape;
import io.mla4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every overridden operation against its default body in double precision. */
class FusedTest extends EngineTestCase {

  private static final Engine ORACLE = new DefaultBodies(ENGINE);

  /** An operation on tensors. */
  private interface Operation {
    Tensor run(Engine engine, List<Tensor> inputs);
  }

  /** The native engine's body, in each floating type, against the default body in double. */
  private void check(Operation operation, Tensor... inputs) {
    Tensor expected = operation.run(ORACLE, List.of(inputs));
    assertClose(expected, operation.run(ENGINE, List.of(inputs)), 1e-12);
    assertClose(expected, operation.run(ENGINE, cast(DType.FLOAT32, inputs)), 2e-5);
    assertEquals(expected.shape(), operation.run(ENGINE, cast(DType.BF16, inputs)).shape());
  }

  private static List<Tensor> cast(DType dtype, Tensor... inputs) {
    List<Tensor> result = new ArrayList<>();
    for (Tensor input : inputs) {
      result.add(input.dtype().isFloating() ? input.cast(dtype) : input);
    }
    return result;
  }

  private Tensor doubles(long... shape) {
    return gaussian(DType.FLOAT64, shape);
  }

  @Test
  void rowFunctions() {
    for (long width : new long[] {1, 5, 16, 37, 300}) {
      Tensor x = doubles(3, 4, width);
      Tensor weight = doubles(width);
      Tensor bias = doubles(width);
      check((e, in) -> e.softmax(in.get(0)), x);
      check((e, in) -> e.logSoftmax(in.get(0)), x);
      check((e, in) -> e.rmsNorm(in.get(0), in.get(1), 1e-5), x, weight);
      check((e, in) -> e.layerNorm(in.get(0), in.get(1), in.get(2), 0.1), x, weight, bias);
      check((e, in) -> e.gelu(in.get(0)), x);
      check((e, in) -> e.silu(in.get(0)), x);
    }
  }

  @Test
  void gatedNetworks() {
    check(
        (e, in) -> e.swiGlu(in.get(0), in.get(1), in.get(2)),
        doubles(2, 3, 5),
        doubles(33, 5),
        doubles(33, 5));
    check(
        (e, in) -> e.swiGlu(in.get(0).transpose(0, 1), in.get(1), in.get(2).narrow(0, 1, 4)),
        doubles(7, 3, 8),
        doubles(4, 8),
        doubles(6, 8));
    // More than one piece of rows.
    check(
        (e, in) -> e.swiGlu(in.get(0), in.get(1), in.get(2)),
        doubles(1100, 2),
        doubles(1000, 2),
        doubles(1000, 2));
    assertRefused(
        "needs another one than",
        () ->
            ENGINE.swiGlu(
                ENGINE.zeros(DType.FLOAT32, 2, 4),
                ENGINE.zeros(DType.FLOAT32, 3, 4),
                ENGINE.zeros(DType.FLOAT32, 5, 4)));
  }

  @Test
  void rowFunctionsOfViews() {
    Tensor x = doubles(20, 3, 9);
    check((e, in) -> e.softmax(in.get(0).transpose(0, 2)), x);
    check((e, in) -> e.logSoftmax(in.get(0).narrow(0, 2, 7)), x);
    check((e, in) -> e.silu(in.get(0).narrow(2, 2, 5)), x);
    check((e, in) -> e.gelu(in.get(0).transpose(0, 1)), x);
    check(
        (e, in) -> e.rmsNorm(in.get(0).narrow(2, 1, 8), in.get(1).narrow(0, 2, 8), 1e-5),
        x,
        doubles(10));
  }

  @Test
  void linear() {
    for (long rows : new long[] {1, 2, 7, 50}) {
      check(
          (e, in) -> e.linear(in.get(0), in.get(1), Optional.of(in.get(2))),
          doubles(rows, 3, 17),
          doubles(40, 17),
          doubles(40));
    }
    check(
        (e, in) -> e.linear(in.get(0), in.get(1), Optional.empty()), doubles(5, 6), doubles(1, 6));
    check(
        (e, in) -> e.linear(in.get(0).transpose(0, 1), in.get(1).transpose(0, 1), Optional.empty()),
        doubles(6, 5),
        doubles(6, 4));
    check(
        (e, in) -> e.linear(in.get(0).narrow(1, 2, 4), in.get(1).narrow(1, 3, 4), Optional.empty()),
        doubles(6, 9),
        doubles(6, 9));
  }

  @Test
  void embedding() {
    Tensor ids = ENGINE.ofLongs(new long[] {3, 0, 3, 6, 1, 2}, 2, 3);
    check((e, in) -> e.embedding(in.get(0), ids), doubles(7, 5));
    assertRefused(
        "The index 7 lies outside", () -> ENGINE.embedding(doubles(7, 5), ENGINE.arange(7, 8)));
  }

  @Test
  void rotary() {
    for (RotaryLayout layout : RotaryLayout.values()) {
      Tensor x = doubles(2, 5, 3, 8);
      check(
          (e, in) -> e.rotary(in.get(0), in.get(1), in.get(2), layout),
          x,
          doubles(5, 4),
          doubles(5, 4));
      check(
          (e, in) -> e.rotary(in.get(0), in.get(1), in.get(2), layout),
          x,
          doubles(2, 5, 4),
          doubles(2, 5, 4));
      check(
          (e, in) -> e.rotary(in.get(0).narrow(3, 2, 6), in.get(1), in.get(2), layout),
          x,
          doubles(5, 3),
          doubles(5, 3));
    }
  }

  @Test
  void attention() {
    List<AttentionMask> masks = new ArrayList<>();
    masks.add(AttentionMask.NONE);
    masks.add(AttentionMask.CAUSAL);
    masks.add(AttentionMask.CAUSAL.withWindow(3));
    masks.add(AttentionMask.NONE.withWindow(4));
    masks.add(AttentionMask.CAUSAL.withKeyMask(keyMask(2, 50)));
    masks.add(AttentionMask.NONE.withKeyMask(keyMask(2, 50)));
    for (AttentionMask mask : masks) {
      for (long queries : new long[] {1, 9, 50}) {
        Tensor query = doubles(2, queries, 4, 6);
        Tensor key = doubles(2, 50, 2, 6);
        Tensor value = doubles(2, 50, 2, 10);
        check(
            (e, in) -> e.attention(in.get(0), in.get(1), in.get(2), mask, 0.4), query, key, value);
      }
    }
  }

  private static Tensor keyMask(int batch, int keys) {
    Random random = new Random(3);
    boolean[] visible = new boolean[batch * keys];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = i % keys > 5 && random.nextBoolean(); // early causal queries see nothing
    }
    return ENGINE.ofBooleans(visible, batch, keys);
  }

  @Test
  void attentionOnViewsAndWithoutKeys() {
    Tensor packed = doubles(2, 4, 30, 18); // [B, H, T, 3 D]
    for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
      Tensor heads = packed.cast(dtype).transpose(1, 2);
      Tensor actual =
          ENGINE.attention(
              heads.narrow(3, 0, 6),
              heads.narrow(3, 6, 6),
              heads.narrow(3, 12, 6),
              AttentionMask.CAUSAL,
              0.3);
      Tensor moved = packed.transpose(1, 2).contiguous();
      Tensor expected =
          ORACLE.attention(
              moved.narrow(3, 0, 6).contiguous(),
              moved.narrow(3, 6, 6).contiguous(),
              moved.narrow(3, 12, 6).contiguous(),
              AttentionMask.CAUSAL,
              0.3);
      assertClose(expected, actual, 2e-5);
    }
    Tensor none = ENGINE.zeros(DType.FLOAT32, 1, 0, 2, 4);
    Tensor query = gaussian(DType.FLOAT32, 1, 3, 2, 4);
    Tensor out = ENGINE.attention(query, none, none, AttentionMask.NONE, 1);
    assertArrayEquals(new double[24], out.toDoubles());
  }

  @Test
  void aPaddedBatchEqualsItsRowsAlone() {
    Tensor query = gaussian(DType.FLOAT32, 1, 20, 2, 8);
    Tensor key = gaussian(DType.FLOAT32, 1, 20, 2, 8);
    Tensor padding = ENGINE.full(DType.FLOAT32, 1e6, 1, 200, 2, 8);
    boolean[] visible = new boolean[220];
    Arrays.fill(visible, 0, 20, true);
    AttentionMask mask = AttentionMask.NONE.withKeyMask(ENGINE.ofBooleans(visible, 1, 220));
    Tensor padded = ENGINE.concat(List.of(key, padding), 1);
    Tensor alone = ENGINE.attention(query, key, key, AttentionMask.NONE, 0.5);
    assertClose(alone, ENGINE.attention(query, padded, padded, mask, 0.5), 1e-6);
  }

  @Test
  void latentAttentionInBothForms() {
    for (LatentForm form : LatentForm.values()) {
      for (long queries : new long[] {1, 12}) {
        Tensor nope = doubles(2, queries, 3, 8);
        Tensor rotary = doubles(2, queries, 3, 4);
        Tensor rows = doubles(2, 12, 20);
        Tensor weight = doubles(3, 13, 16);
        check(
            (e, in) -> latent(e, form, in, new LatentKeys.Rows(in.get(2), 16)),
            nope,
            rotary,
            rows,
            weight);
        check(
            (e, in) ->
                latent(
                    e,
                    form,
                    in,
                    new LatentKeys.Parts(
                        in.get(2).narrow(2, 0, 16), in.get(2).narrow(2, 16, 4).contiguous())),
            nope,
            rotary,
            rows,
            weight);
      }
    }
  }

  private static Tensor latent(Engine engine, LatentForm form, List<Tensor> in, LatentKeys keys) {
    return latent(engine, form, in, keys, AttentionMask.CAUSAL);
  }

  private static Tensor latent(
      Engine engine, LatentForm form, List<Tensor> in, LatentKeys keys, AttentionMask mask) {
    LatentProjections projections = new LatentProjections(in.get(3), 8);
    return engine.latentAttention(form, in.get(0), in.get(1), keys, projections, mask, 0.2);
  }

  @Test
  void latentAttentionOfSeveralTypesIsRefused() {
    Tensor nope = gaussian(DType.FLOAT32, 1, 2, 3, 8);
    Tensor rotary = gaussian(DType.FLOAT32, 1, 2, 3, 4);
    Tensor weight = gaussian(DType.FLOAT32, 3, 13, 16);
    Tensor latent = gaussian(DType.FLOAT32, 1, 5, 16);
    Tensor turned = gaussian(DType.FLOAT32, 1, 5, 4);
    LatentKeys keys = new LatentKeys.Parts(latent, turned);
    LatentKeys narrowRotary = new LatentKeys.Parts(latent, turned.cast(DType.BF16));
    LatentKeys narrowKeys = new LatentKeys.Parts(latent.cast(DType.BF16), turned);
    LatentKeys narrowRows = new LatentKeys.Rows(keys.packed().cast(DType.BF16), 16);
    List<Tensor> in = List.of(nope, rotary, nope, weight);
    List<Tensor> mixed = List.of(nope, rotary.cast(DType.BF16), nope, weight);
    for (LatentForm form : LatentForm.values()) {
      assertRefused(
          "in FLOAT32 needs rotary keys in FLOAT32, not BF16.",
          () -> latent(ENGINE, form, in, narrowRotary));
      assertRefused("needs keys in FLOAT32", () -> latent(ENGINE, form, in, narrowKeys));
      assertRefused("needs keys in FLOAT32", () -> latent(ENGINE, form, in, narrowRows));
      assertRefused("needs rotary queries", () -> latent(ENGINE, form, mixed, keys));
    }
  }

  @Test
  void latentAttentionOverRowsAsCachesKeepThem() {
    Tensor nope = doubles(3, 2, 5, 12).narrow(3, 2, 8);
    Tensor rotary = doubles(3, 2, 5, 4);
    Tensor weight = doubles(5, 13, 16);
    List<Function<Tensor, Tensor>> views =
        List.of(
            room -> room.narrow(1, 0, 150), // with room to grow
            room -> room.narrow(1, 50, 150), // behind the last sequence there is no room
            room -> room.narrow(0, 2, 1).expand(3, 200, 20),
            room -> room.narrow(1, 0, 1),
            room -> room.transpose(1, 2).contiguous().transpose(1, 2));
    List<AttentionMask> masks =
        List.of(
            AttentionMask.CAUSAL,
            AttentionMask.NONE,
            AttentionMask.CAUSAL.withWindow(7),
            AttentionMask.CAUSAL.withWindow(1000));
    Tensor room = doubles(3, 200, 20);
    for (Function<Tensor, Tensor> view : views) {
      for (AttentionMask mask : masks) {
        check(
            (e, in) -> {
              LatentKeys keys = new LatentKeys.Rows(view.apply(in.get(2)), 16);
              return latent(e, LatentForm.ABSORBED, in, keys, mask);
            },
            nope,
            rotary,
            room,
            weight);
      }
    }
    check(
        (e, in) -> {
          AttentionMask mask = AttentionMask.CAUSAL.withKeyMask(keyMask(3, 200));
          return latent(e, LatentForm.ABSORBED, in, new LatentKeys.Rows(in.get(2), 16), mask);
        },
        nope,
        rotary,
        room,
        weight);
  }

  @Test
  void latentAttentionOverAPool() {
    int[][] table = {{3, 6, 0}, {5}, {2, 1}, {4, 3}};
    for (int[] lengths : new int[][] {{19, 3, 9, 2}, {9, 8, 9, 16}, {0, 1, 0, 0}, {8, 8, 8, 8}}) {
      for (LatentFormat format : LatentFormat.values()) {
        for (LatentForm form : LatentForm.values()) {
          Tensor pool = pool(format, table, lengths);
          PagedLatents keys = new PagedLatents(pool, format, 16, 4, table, lengths);
          List<Tensor> in =
              List.of(doubles(4, 2, 5, 8).mul(0.25), doubles(4, 2, 5, 4), pool, doubles(5, 13, 16));
          for (AttentionMask mask : poolMasks((int) keys.keys())) {
            Tensor expected = latent(ORACLE, form, in, keys, mask);
            List<Tensor> floats =
                List.of(
                    in.get(0).cast(DType.FLOAT32),
                    in.get(1).cast(DType.FLOAT32),
                    pool,
                    in.get(3).cast(DType.FLOAT32));
            // Over bf16 and int8 the kernels round queries and weights as well, to 8 bits.
            boolean exact = format == LatentFormat.FLOAT32 || form == LatentForm.EXPANDED;
            double tolerance = exact ? 2e-5 : 0.01 * Math.max(1, largest(expected));
            assertClose(expected, latent(ENGINE, form, floats, keys, mask), tolerance);
          }
        }
      }
    }
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  private static List<AttentionMask> poolMasks(int keys) {
    boolean[] visible = new boolean[4 * keys];
    for (int i = 0; i < visible.length; i++) {
      visible[i] = i % 3 != 0;
    }
    return List.of(
        AttentionMask.CAUSAL,
        AttentionMask.NONE,
        AttentionMask.CAUSAL.withWindow(4),
        AttentionMask.CAUSAL.withKeyMask(ENGINE.ofBooleans(visible, 4, keys)));
  }

  /** Rows in blocks of 8 tokens; what no sequence uses is not a number. */
  @Test
  void aPoolOfEmptySequencesHasNoKeys() {
    int[][] none = {{}, {}};
    Tensor pool = ENGINE.zeros(DType.FLOAT32, 3, 64, 20);
    PagedLatents keys = new PagedLatents(pool, LatentFormat.FLOAT32, 16, 4, none, new int[2]);
    assertEquals(Shape.of(2, 0, 20), keys.packed().shape());
    List<Tensor> in =
        List.of(
            gaussian(DType.FLOAT32, 2, 1, 3, 8),
            gaussian(DType.FLOAT32, 2, 1, 3, 4),
            pool,
            gaussian(DType.FLOAT32, 3, 13, 16));
    for (LatentForm form : LatentForm.values()) {
      for (float element : latent(ENGINE, form, in, keys).toFloats()) {
        assertEquals(0, element, form.toString());
      }
    }
  }

  private Tensor pool(LatentFormat format, int[][] table, int[] lengths) {
    Tensor rows = format.encode(gaussian(DType.FLOAT32, 7 * 8, 20), 16).reshape(7, 8, -1);
    boolean[] unused = new boolean[7 * 8];
    Arrays.fill(unused, true);
    for (int b = 0; b < lengths.length; b++) {
      for (int token = 0; token < lengths[b]; token++) {
        unused[table[b][token / 8] * 8 + token % 8] = false;
      }
    }
    return format == LatentFormat.INT8
        ? rows
        : rows.maskedFill(ENGINE.ofBooleans(unused, 7, 8, 1), Double.NaN);
  }

  @Test
  void emptyBatches() {
    Tensor x = ENGINE.zeros(DType.FLOAT32, 0, 4);
    assertShape(ENGINE.softmax(x), 0, 4);
    assertShape(ENGINE.linear(x, gaussian(DType.FLOAT32, 3, 4), Optional.empty()), 0, 3);
    assertShape(ENGINE.softmax(ENGINE.zeros(DType.FLOAT32, 3, 0)), 3, 0);
    Tensor sums =
        ENGINE.linear(
            ENGINE.zeros(DType.FLOAT32, 2, 0),
            ENGINE.zeros(DType.FLOAT32, 3, 0),
            Optional.of(ENGINE.ofFloats(new float[] {1, 2, 3}, 3)));
    assertElements(sums, 1, 2, 3, 1, 2, 3);
  }

  @Test
  void wrongShapesAreRefused() {
    Tensor x = gaussian(DType.FLOAT32, 2, 3, 4, 6);
    Tensor w = gaussian(DType.FLOAT32, 5, 7);
    assertRefused("needs a weight [out, 6]", () -> ENGINE.linear(x, w, Optional.empty()));
    assertRefused("weight needs the shape [6]", () -> ENGINE.rmsNorm(x, w, 1));
    assertRefused("rank 4", () -> ENGINE.attention(w, x, x, AttentionMask.NONE, 1));
    Tensor odd = gaussian(DType.FLOAT32, 2, 3, 3, 6);
    assertRefused("G dividing H", () -> ENGINE.attention(x, odd, odd, AttentionMask.NONE, 1));
    AttentionMask mask = AttentionMask.NONE.withKeyMask(ENGINE.ofBooleans(new boolean[4], 2, 2));
    assertRefused("A key mask is BOOL", () -> ENGINE.attention(x, x, x, mask, 1));
    assertRefused("needs angles", () -> ENGINE.rotary(x, w, w, RotaryLayout.HALVES));
    assertEquals(Shape.of(2, 3, 4, 6), x.shape());
  }
}
