package io.mla4j.kernels.row;

import io.mla4j.kernels.body.RotaryAngles;
import io.mla4j.kernels.body.RotaryBody;
import io.mla4j.kernels.memory.Extent;
import io.mla4j.kernels.memory.Floats;
import io.mla4j.kernels.memory.Heads;
import io.mla4j.kernels.memory.NativeMemory;
import io.mla4j.kernels.thread.KernelThreads;
import java.util.Optional;

/** Rotary position embedding (arXiv 2104.09864). */
public final class Rotary {

  private static final long GRAIN_ELEMENTS = 1 << 14;

  private final KernelThreads threads;
  private final Optional<RotaryBody> twin;

  public Rotary(KernelThreads threads, Optional<RotaryBody> twin) {
    this.threads = threads;
    this.twin = twin;
  }

  /**
   * Rotates pairs of each head's elements.
   *
   * @param x [B, T, H, P], P even
   * @param interleaved whether element 2i turns with 2i + 1, rather than i with i + P/2
   * @param out [B, T, H, P], overwritten; it shares no memory with {@code x}
   */
  public void rotate(Heads x, RotaryAngles angles, boolean interleaved, Heads out) {
    check(x, angles, out);
    long perToken = Math.max(1, x.heads() * x.width());
    Optional<RotaryBody> c = twin.filter(t -> t.accepts(x, angles, out));
    threads.parallelFor(
        x.batch() * x.tokens(),
        Math.max(1, GRAIN_ELEMENTS / perToken),
        (from, to) -> {
          if (c.isPresent()) {
            c.get().rotate(x, angles, interleaved, out, from, to);
          } else {
            rotate(x, angles, interleaved, out, from, to);
          }
        });
  }

  private static void check(Heads x, RotaryAngles angles, Heads out) {
    boolean same =
        x.batch() == out.batch()
            && x.tokens() == out.tokens()
            && x.heads() == out.heads()
            && x.width() == out.width();
    if (!same || x.width() % 2 != 0) {
      throw new IllegalArgumentException(
          "A rotation needs heads of even width and a result of the same shape, not widths "
              + x.width()
              + " and "
              + out.width()
              + ".");
    }
    NativeMemory.checkWritable("result", out.memory());
    long one = Extent.timesExact("angles", x.tokens(), x.width() / 2);
    long others = Extent.timesExact("angles", Math.max(0, x.batch() - 1), angles.batchStride());
    long count = x.batch() == 0 ? 0 : Extent.addExact("angles", others, one);
    Extent.check("cosines", angles.cos(), angles.cosOffset(), 1, count);
    Extent.check("sines", angles.sin(), angles.sinOffset(), 1, count);
  }

  private static void rotate(
      Heads x, RotaryAngles angles, boolean interleaved, Heads out, long from, long to) {
    for (long i = from; i < to; i++) {
      rotateToken(x, angles, interleaved, out, i / x.tokens(), i % x.tokens());
    }
  }

  private static void rotateToken(
      Heads x, RotaryAngles angles, boolean interleaved, Heads out, long batch, long token) {
    int pairs = (int) (x.width() / 2);
    long angle = batch * angles.batchStride() + token * pairs;
    long step = interleaved ? 2 : 1;
    long partner = interleaved ? 1 : pairs;
    for (long head = 0; head < x.heads(); head++) {
      long from = x.index(batch, token, head);
      long to = out.index(batch, token, head);
      for (int i = 0; i < pairs; i++) {
        float cos = Floats.get(angles.cos(), angles.cosOffset() + angle + i);
        float sin = Floats.get(angles.sin(), angles.sinOffset() + angle + i);
        float first = Floats.get(x.memory(), from + i * step);
        float second = Floats.get(x.memory(), from + i * step + partner);
        Floats.set(out.memory(), to + i * step, first * cos - second * sin);
        Floats.set(out.memory(), to + i * step + partner, first * sin + second * cos);
      }
    }
  }
}
