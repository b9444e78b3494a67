package io.mla4j.kernels.verification;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.attention.FlashAttention;
import io.mla4j.kernels.body.Visibility;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.Arena;
import java.util.Optional;

/** Runs attention of packed sequences whose heads lie apart; compares each with float64. */
public final class PackedTrial {

  private static final double TOLERANCE = 3e-6;

  private final PackedCase point;
  private final Heads query;
  private final Heads key;
  private final Heads value;
  private final Heads out;
  private final Visibility visibility;
  private final float scale;

  private PackedTrial(PackedCase point, Operands operands) {
    this.point = point;
    int tokens = point.tokens();
    this.query = HeadsWithGaps.of(operands, 1, tokens, point.heads(), point.width());
    this.key = HeadsWithGaps.of(operands, 1, tokens, point.keyHeads(), point.width());
    this.value = HeadsWithGaps.of(operands, 1, tokens, point.keyHeads(), point.valueWidth());
    long elements = (long) tokens * point.heads() * point.valueWidth();
    this.out =
        Heads.contiguous(
            operands.result(elements), 0, 1, tokens, point.heads(), point.valueWidth());
    this.visibility = new Visibility(point.causal(), point.window(), Optional.empty());
    this.scale = (float) (1 / Math.sqrt(point.width()));
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(Kernels kernels, PackedCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      PackedTrial trial = new PackedTrial(point, new Operands(arena, seed));
      trial.attend(kernels.attention());
      return trial.compare().map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private void attend(FlashAttention attention) {
    int[] starts = point.starts();
    int rotary = point.rotaryWidth();
    if (rotary == 0 || !attention.runsInParts()) {
      attention.attendPacked(query, key, value, starts, visibility, scale, out);
    } else {
      int content = point.width() - rotary;
      attention.attendPackedInParts(
          part(query, 0, content),
          part(key, 0, content),
          part(query, content, rotary),
          part(key, content, rotary),
          value,
          starts,
          visibility,
          scale,
          out);
    }
  }

  private static Heads part(Heads all, long first, long width) {
    return new Heads(
        all.memory(),
        all.offset() + first,
        1,
        all.tokens(),
        all.heads(),
        width,
        all.batchStride(),
        all.tokenStride(),
        all.headStride());
  }

  private static Heads tokens(Heads all, int from, int to) {
    return new Heads(
        all.memory(),
        all.offset() + from * all.tokenStride(),
        1,
        to - from,
        all.heads(),
        all.width(),
        all.batchStride(),
        all.tokenStride(),
        all.headStride());
  }

  private Optional<String> compare() {
    int[] starts = point.starts();
    for (int i = 0; i + 1 < starts.length; i++) {
      AttentionOracle oracle =
          new AttentionOracle(
              tokens(query, starts[i], starts[i + 1]),
              tokens(key, starts[i], starts[i + 1]),
              tokens(value, starts[i], starts[i + 1]),
              visibility,
              scale);
      for (int t = starts[i]; t < starts[i + 1]; t++) {
        for (int h = 0; h < point.heads(); h++) {
          Optional<String> wrong = compare(oracle.row(0, t - starts[i], h), t, h);
          if (wrong.isPresent()) {
            return wrong;
          }
        }
      }
    }
    return Operands.pastTheEnd(out.memory());
  }

  private Optional<String> compare(double[] should, int t, int h) {
    for (int v = 0; v < should.length; v++) {
      float is = Floats.get(out.memory(), out.index(0, t, h) + v);
      Optional<String> wrong = Difference.of(is, should[v], TOLERANCE, t, h, v);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }
}
