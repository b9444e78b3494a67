package io.mla4j.kernels.verification;

import io.mla4j.kernels.Kernels;
import io.mla4j.kernels.body.RotaryAngles;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import java.lang.foreign.Arena;
import java.util.Optional;

/** Rotates heads that lie apart and compares with float64. */
public final class RotaryTrial {

  /** Roundings of two terms of the size of a Gaussian. */
  private static final double TOLERANCE = 2e-6;

  private final RotaryCase point;
  private final Heads x;
  private final RotaryAngles angles;
  private final Heads out;

  private RotaryTrial(RotaryCase point, Operands operands) {
    this.point = point;
    this.x =
        HeadsWithGaps.of(operands, point.batch(), point.tokens(), point.heads(), point.width());
    long each = (long) point.tokens() * pairs();
    this.angles =
        new RotaryAngles(
            operands.gaussian(1 + point.batch() * each),
            1,
            operands.gaussian(2 + point.batch() * each),
            2,
            point.angleOfBatch() ? each : 0);
    this.out =
        Heads.contiguous(
            operands.result(point.batch() * each * 2 * point.heads()),
            0,
            point.batch(),
            point.tokens(),
            point.heads(),
            point.width());
  }

  private int pairs() {
    return point.width() / 2;
  }

  /**
   * @return what is wrong, if something is
   */
  public static Optional<String> run(Kernels kernels, RotaryCase point, long seed) {
    try (Arena arena = Arena.ofShared()) {
      RotaryTrial trial = new RotaryTrial(point, new Operands(arena, seed));
      kernels.rotary().rotate(trial.x, trial.angles, point.interleaved(), trial.out);
      return trial.compare().map(wrong -> point + ", seed " + seed + ": " + wrong);
    }
  }

  private Optional<String> compare() {
    for (int b = 0; b < point.batch(); b++) {
      for (int t = 0; t < point.tokens(); t++) {
        for (int h = 0; h < point.heads(); h++) {
          for (int pair = 0; pair < pairs(); pair++) {
            Optional<String> wrong = compare(b, t, h, pair);
            if (wrong.isPresent()) {
              return wrong;
            }
          }
        }
      }
    }
    return Operands.pastTheEnd(out.memory());
  }

  private Optional<String> compare(int b, int t, int h, int pair) {
    long angle = b * angles.batchStride() + (long) t * pairs() + pair;
    double cos = Floats.get(angles.cos(), angles.cosOffset() + angle);
    double sin = Floats.get(angles.sin(), angles.sinOffset() + angle);
    int first = point.interleaved() ? 2 * pair : pair;
    int second = point.interleaved() ? first + 1 : pair + pairs();
    double u = Floats.get(x.memory(), x.index(b, t, h) + first);
    double v = Floats.get(x.memory(), x.index(b, t, h) + second);
    long to = out.index(b, t, h);
    return Difference.of(
            Floats.get(out.memory(), to + first), u * cos - v * sin, TOLERANCE, b, t, h, first)
        .or(
            () ->
                Difference.of(
                    Floats.get(out.memory(), to + second),
                    u * sin + v * cos,
                    TOLERANCE,
                    b,
                    t,
                    h,
                    second));
  }
}
