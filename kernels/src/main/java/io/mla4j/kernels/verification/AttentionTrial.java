package io.mla4j.kernels.verification;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.attention.FlashAttention;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Runs attention over heads that lie apart and compares with float64. */
public final class AttentionTrial {

  private static final double TOLERANCE = 3e-6;

  private final AttentionCase point;
  private final Heads query;
  private final Heads key;
  private final Heads value;
  private final Heads out;
  private final Visibility visibility;
  private final float scale;

  private AttentionTrial(AttentionCase point, Operands operands) {
    this.point = point;
    int batch = point.batch();
    int keyHeads = point.keyHeads();
    this.query = HeadsWithGaps.of(operands, batch, point.queries(), point.heads(), point.width());
    this.key = HeadsWithGaps.of(operands, batch, point.keys(), keyHeads, point.width());
    this.value = HeadsWithGaps.of(operands, batch, point.keys(), keyHeads, point.valueWidth());
    long rows = (long) batch * point.queries() * point.heads();
    this.out =
        Heads.contiguous(
            operands.result(rows * point.valueWidth()),
            0,
            batch,
            point.queries(),
            point.heads(),
            point.valueWidth());
    this.visibility =
        new Visibility(
            point.causal(),
            point.window(),
            point.padded() ? Optional.of(padding(operands)) : Optional.empty());
    this.scale = (float) (1 / Math.sqrt(point.width()));
  }

  private MemorySegment padding(Operands operands) {
    MemorySegment mask = operands.bytes((long) point.batch() * point.keys());
    for (int b = 0; b < point.batch(); b++) {
      for (int s = 0; s < point.keys(); s++) {
        boolean seen =
            switch (b % 3) {
              case 0 -> s % 3 != 0;
              case 1 -> s >= point.keys() / 2;
              default -> false;
            };
        mask.set(ValueLayout.JAVA_BYTE, (long) b * point.keys() + s, (byte) (seen ? 1 : 0));
      }
    }
    return mask;
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(Kernels kernels, AttentionCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      AttentionTrial trial = new AttentionTrial(point, new Operands(arena, seed));
      trial.attend(kernels.attention());
      return trial.compare().map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private void attend(FlashAttention attention) {
    int rotary = point.rotaryWidth();
    if (rotary == 0 || !attention.runsInParts()) {
      attention.attend(query, key, value, visibility, scale, out);
    } else {
      int content = point.width() - rotary;
      attention.attendInParts(
          part(query, 0, content),
          part(key, 0, content),
          part(query, content, rotary),
          part(key, content, rotary),
          value,
          visibility,
          scale,
          out);
    }
  }

  private static Heads part(Heads whole, long first, long width) {
    return new Heads(
        whole.memory(),
        whole.offset() + first,
        whole.batch(),
        whole.tokens(),
        whole.heads(),
        width,
        whole.batchStride(),
        whole.tokenStride(),
        whole.headStride());
  }

  private Optional<String> compare() {
    AttentionOracle oracle = new AttentionOracle(query, key, value, visibility, scale);
    for (int b = 0; b < point.batch(); b++) {
      for (int t = 0; t < point.queries(); t++) {
        for (int h = 0; h < point.heads(); h++) {
          Optional<String> wrong = compare(oracle.row(b, t, h), b, t, h);
          if (wrong.isPresent()) {
            return wrong;
          }
        }
      }
    }
    return Operands.pastTheEnd(out.memory());
  }

  private Optional<String> compare(double[] should, int b, int t, int h) {
    for (int v = 0; v < should.length; v++) {
      float is = Floats.get(out.memory(), out.index(b, t, h) + v);
      Optional<String> wrong = Difference.of(is, should[v], TOLERANCE, b, t, h, v);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }
}
